// Holds the records back until the announcements that wait in Kafka are read: plans are known before they are judged by.
import type { MessageStream } from './message-stream.js';
import type { Places } from './places.js';

/** Records do not wait for ever. */
const HOLD_MS = 30_000;

export class AnnouncementsFirst {
  private holding: NodeJS.Timeout | null = null;

  constructor(
    private readonly stream: Pick<MessageStream, 'release'>,
    private readonly places: Places,
    private readonly topics: { metrics: string; runs: string },
  ) {}

  /** To be asked after each assignment: whether partitions of records are to be held. */
  begin(): boolean {
    this.stop();
    const wait = this.places.behind(this.topics.runs);
    if (wait) this.holding = setTimeout(() => this.release(), HOLD_MS);
    return wait;
  }

  /** To be called when a partition was read further. */
  readOn(): void {
    if (this.holding && !this.places.behind(this.topics.runs)) this.release();
  }

  stop(): void {
    if (this.holding) clearTimeout(this.holding);
    this.holding = null;
  }

  private release(): void {
    this.stop();
    this.stream.release(this.places.in(this.topics.metrics));
  }
}
