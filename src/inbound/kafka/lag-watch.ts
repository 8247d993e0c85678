// Tells whether records wait in Kafka, for whichever instance: a run is only silent if nothing of it lies there unread.
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { WatchStore } from '../../watch/watch-store.js';
import type { MessageStream } from './message-stream.js';

const LOOK_MS = 5_000;

/** Where this process has read to, which may be past the stored offset by markers of transactions. */
export type ReadTo = (topic: string, partition: number) => bigint | null;

/** There is lag where what Kafka had at the last look is still not in. Until the second look, and on errors, there is. */
export class LagWatch {
  private before: Map<string, bigint> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private behind = true;

  constructor(
    private readonly stream: MessageStream,
    private readonly store: WatchStore,
    private readonly cluster: () => string,
    private readonly topics: readonly string[],
    private readonly readTo: ReadTo,
    private readonly seen: (topic: string, partition: number, end: bigint) => void,
    private readonly log: KafkaLog,
  ) {}

  get hasLag(): boolean {
    return this.behind;
  }

  start(everyMs = LOOK_MS): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = null));
    }, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  async look(): Promise<void> {
    try {
      // First: it throws while Kafka was never reached, and a question under way then would fail with nobody to hear.
      const cluster = this.cluster();
      const ends = new Map<string, bigint>();
      let behind = this.before === null;
      for (const topic of this.topics) {
        const [ranges, stored] = await Promise.all([this.stream.ranges(topic), this.store.offsets(cluster, topic)]);
        for (const [partition, { earliest, end }] of ranges) {
          const key = `${topic}/${partition}`;
          ends.set(key, end);
          this.seen(topic, partition, end);
          const read = larger(this.readTo(topic, partition), stored.get(partition) ?? earliest);
          if (read < (this.before?.get(key) ?? earliest)) behind = true;
        }
      }
      this.before = ends;
      this.behind = behind;
    } catch (error) {
      this.behind = true;
      this.before = null;
      this.log.debug({ reason: (error as Error).message }, 'cannot look up the lag');
    }
  }
}

const larger = (a: bigint | null, b: bigint): bigint => (a !== null && a > b ? a : b);
