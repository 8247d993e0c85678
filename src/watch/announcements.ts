// What jobs announce of a run: at once, or with the first record of the attempt that it was made for.
import type { RunAnnouncement, RunStatusWord } from '../runs/run-announcement.js';
import type { RunHeader } from '../runs/run-header.js';

export class Announcements {
  private changed = false;

  constructor(
    private readonly header: RunHeader,
    private waiting: readonly RunAnnouncement[],
  ) {}

  /** @param received when it was sent, by Kafka or the request, in milliseconds */
  take(announcement: RunAnnouncement, received: number): void {
    const { header } = this;
    const { attempt, metadata, status } = announcement;
    if (attempt !== null && attempt > Math.max(header.attempt, 1)) {
      // Its own time counts for nothing here; what it is compared with is the records' way.
      this.waiting = [...this.waiting, { ...announcement, time: received }];
      this.changed = true;
      return;
    }
    if (attempt === null || attempt >= header.attempt) header.metadata = { ...header.metadata, ...metadata };
    // The last word of an attempt that is over says nothing of the one that runs.
    if (status !== null && (attempt === null || attempt >= header.attempt)) this.say(status, received);
  }

  private say(status: RunStatusWord, received: number): void {
    const { header } = this;
    if (status === 'started') {
      header.status = header.lastSeq > 0 ? 'running' : 'announced';
      header.endedAt = header.endedAs = null;
    } else {
      header.status = header.endedAs = status;
      header.endedAt = received;
    }
  }

  /** A record of `attempt` (null: of the one that runs) comes: what was made for it takes effect. */
  settle(attempt: number | null): void {
    if (this.waiting.length === 0) return;
    const current = attempt ?? this.header.attempt;
    const due = this.waiting.filter((announcement) => announcement.attempt! <= current);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((announcement) => announcement.attempt! > current);
    this.changed = true;
    for (const { metadata, status, time } of due) {
      this.header.metadata = { ...this.header.metadata, ...metadata };
      if (status !== null) this.say(status, time ?? 0);
    }
  }

  /** Those that wait, where they changed since the last call; else null. */
  drain(): RunAnnouncement[] | null {
    if (!this.changed) return null;
    this.changed = false;
    return [...this.waiting];
  }
}
