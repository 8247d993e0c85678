// Plays several run files at once into one target.
import { stat } from 'node:fs/promises';
import { UserError } from '../user-error.js';
import { type PlayerParts, type Played, type Rhythm, play } from './player.js';
import type { ReplayTarget } from './replay-target.js';
import { workOrLeave } from './work-or-leave.js';

export interface ReplayEvents {
  progress(records: number, filesDone: number): void;
  rejected(path: string, line: number, reason: string): void;
}

/** What is due is sent together once this many items wait, or as soon as the last send was accepted. */
const MOST_A_SEND = 2_000;
/** After Ctrl-C, for what is due to be taken: the service or the broker may be away. */
const LEAVE_MS = 3_000;

/**
 * Plays all files at once, each in its own rhythm, in order within a file. Ends when all are sent, or when
 * `signal` aborts.
 *
 * @returns how many records were sent, and how many were due and were not known to be taken when it was left off
 */
export async function replayRuns(
  paths: readonly string[],
  target: ReplayTarget,
  rhythm: Rhythm,
  events: ReplayEvents,
  signal: AbortSignal,
): Promise<{ records: number; left: number }> {
  await Promise.all(paths.map(mustBeFile));
  const parts: PlayerParts = {
    clock: Date.now,
    wait: (milliseconds) => pause(milliseconds, signal),
    stopped: () => signal.aborted,
    rejected: events.rejected,
  };
  let records = 0;
  let filesDone = 0;
  const queue = new SendQueue(target, (sent) => {
    records += sent;
    events.progress(records, filesDone);
  });
  const played = Promise.all(
    paths.map(async (path) => {
      for await (const due of play(path, rhythm, parts)) await queue.put(due);
      filesDone++;
    }),
  ).then(() => queue.flush());
  await workOrLeave(played, signal, LEAVE_MS);
  events.progress(records, filesDone);
  return { records, left: queue.due - records };
}

/** Sends one batch at a time; files wait while too much is queued. */
class SendQueue {
  /** Records that were put here. */
  due = 0;
  private waiting: Played[] = [];
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly target: ReplayTarget,
    private readonly sent: (records: number) => void,
  ) {}

  async put(due: readonly Played[]): Promise<void> {
    this.waiting.push(...due);
    this.due += recordsOf(due);
    const mine = this.flush();
    if (this.waiting.length > MOST_A_SEND) await mine;
    else mine.catch(() => undefined);
  }

  flush(): Promise<void> {
    this.sending = this.sending.then(async () => {
      while (this.waiting.length > 0) {
        const batch = this.waiting.splice(0, MOST_A_SEND);
        await this.target.send(batch);
        this.sent(recordsOf(batch));
      }
    });
    return this.sending;
  }
}

const recordsOf = (played: readonly Played[]): number => played.filter(({ kind }) => kind === 'record').length;

async function mustBeFile(path: string): Promise<void> {
  if (path === '-') return;
  const found = await stat(path).catch(() => null);
  if (!found?.isFile())
    throw new UserError(`there is no file ${path}`, 'name recorded runs (.jsonl, .csv, also .gz and .zst)');
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
