// What jobs announce of a run: at once, or with the first record of the attempt that it was made for.
import type { RunAnnouncement } from '../runs/run-announcement.js';
import type { RunHeader } from '../runs/run-header.js';

export class Announcements {
  private changed = false;

  constructor(
    private readonly header: RunHeader,
    private waiting: readonly RunAnnouncement[],
  ) {}

  take(announcement: RunAnnouncement, now: number): void {
    const { header } = this;
    const { attempt, metadata, status } = announcement;
    if (attempt !== null && attempt > Math.max(header.attempt, 1)) {
      this.waiting = [...this.waiting, announcement];
      this.changed = true;
      return;
    }
    if (attempt === null || attempt >= header.attempt) header.metadata = { ...header.metadata, ...metadata };
    if (status === null) return;
    if (status === 'started') {
      header.status = header.lastSeq > 0 ? 'running' : 'announced';
      header.endedAt = null;
    } else {
      header.status = status;
      header.endedAt = now;
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
    for (const { metadata } of due) this.header.metadata = { ...this.header.metadata, ...metadata };
  }

  /** Those that wait, where they changed since the last call; else null. */
  drain(): RunAnnouncement[] | null {
    if (!this.changed) return null;
    this.changed = false;
    return [...this.waiting];
  }
}
