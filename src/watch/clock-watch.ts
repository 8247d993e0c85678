// What the clock causes: runs that fell silent, runs that ended with something open.
import type { RunStatus } from '../runs/run-header.js';
import type { RunReader, RunSummary } from '../runs/run-reader.js';
import type { Ingest } from './ingest.js';
import { silenceAfter } from './pace.js';
import type { RunWatcher } from './run-watcher.js';

/** The last records of a run may come a little after its status. */
const SETTLE_MS = 3_000;
const PAGE = 500;
/** A run that nothing came of for so long is let go from memory. */
const FORGET_MS = 600_000;
const LOOK_AT_ENDED_MS = 60_000;

/** Looks at the clock's side of runs every few seconds, only while the consumer has no lag. */
export class ClockWatch {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  /** When (ms) runs that others saw end are looked for. */
  private nextLookAtEnded = 0;

  constructor(
    private readonly ingest: Ingest,
    private readonly reader: RunReader,
    private readonly hasLag: () => boolean,
    private readonly onError: (error: unknown) => void,
    private readonly clock: () => number = Date.now,
  ) {}

  start(everyMs = 5_000): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(this.onError);
    }, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  /** One look; a run that sends again in between is not touched (its commit is fenced). */
  async look(): Promise<void> {
    if (this.hasLag()) return;
    const now = this.clock();
    await this.endRuns(now);
    await this.silenceRuns(now);
    const idle = [...this.ingest.watched].filter(({ header }) => now - (header.lastArrival ?? now) > FORGET_MS);
    await this.ingest.forget(idle.map(({ header }) => header.id));
  }

  private async endRuns(now: number): Promise<void> {
    if (now >= this.nextLookAtEnded) await this.loadEndedRuns();
    this.nextLookAtEnded = Math.max(this.nextLookAtEnded, now + LOOK_AT_ENDED_MS);
    const due = [...this.ingest.watched]
      .filter((watcher) => watcher.needsEnd && quietFor(watcher, now) > SETTLE_MS)
      .map(({ header }) => header.id);
    if (due.length > 0) await this.ingest.touch(due, (watcher, at) => watcher.needsEnd && watcher.end(at));
    const over = [...this.ingest.watched].filter((watcher) => watcher.endedBefore(now));
    if (over.length > 0)
      await this.ingest.touch(
        over.map(({ header }) => header.id),
        (watcher, at) => watcher.endedBefore(at) && watcher.endAsSaid(),
      );
  }

  /** Runs of whose end this process has not heard: it was not there, or another instance was, and is gone since. */
  private async loadEndedRuns(): Promise<void> {
    for (const status of ['finished', 'failed', 'stopped'] as const)
      for await (const runs of this.pagesWithOpen(status)) {
        const open = runs.map((run) => run.id);
        // What is in memory may be of before another instance wrote.
        await this.ingest.forget(open);
        if (open.length > 0) await this.ingest.touch(open, () => undefined);
      }
  }

  private async *pagesWithOpen(status: RunStatus): AsyncGenerator<RunSummary[]> {
    for (let after: string | undefined; ;) {
      const page = await this.reader.list({ status, withOpen: true, limit: PAGE, after });
      yield page.items;
      if (page.next === null) return;
      after = page.next;
    }
  }

  private async silenceRuns(now: number): Promise<void> {
    for (let after: string | undefined; ;) {
      const page = await this.reader.list({ status: 'running', limit: PAGE, after });
      const quiet = page.items
        .filter((run) => now - (run.lastArrival ?? now) > silenceAfter(run.pace))
        .map((run) => run.id);
      if (quiet.length > 0) await this.ingest.touch(quiet, silence);
      if (page.next === null) return;
      after = page.next;
    }
  }
}

const quietFor = ({ header }: RunWatcher, now: number): number =>
  now - Math.max(header.lastArrival ?? 0, header.endedAt ?? 0);

function silence(watcher: RunWatcher, now: number): void {
  const { header } = watcher;
  const quiet = now - (header.lastArrival ?? now);
  const limit = silenceAfter(header.pace);
  if (header.status !== 'running' || quiet <= limit) return;
  if (watcher.endedBefore(now)) return watcher.endAsSaid();
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
  watcher.fallSilent(
    now,
    `nothing came for ${seconds(quiet)}; records usually come every ${seconds(header.pace.usualMs)}`,
  );
}
