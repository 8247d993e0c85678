// Fits laws in a worker thread, so that no fit delays a record.
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { LawDocument } from '../../core/laws/law-document.js';
import { LawFitter, type LawTask, type OffLawRun } from '../../forecast/laws/law-store.js';
import { IMPORT_ONLY } from '../import-only.js';
import { packageFolder } from '../postgres/package-folder.js';
import { type WorkerAnswer, answerOf } from './worker-answer.js';

/** Thousands of runs take seconds. */
const TIMEOUT_MS = 120_000;
/** The thread ends when no law was asked for so long. */
const IDLE_MS = 60_000;

export class WorkerLawFitter extends LawFitter {
  private pool: Piscina | null = null;

  /** @param folder of the compiled workers. The thread is started for the first fit. */
  constructor(private readonly folder = join(packageFolder(), 'dist/outbound/laws')) {
    super();
  }

  override fit(task: LawTask): Promise<LawDocument> {
    return this.run('fit', task);
  }

  override offLaw(task: LawTask): Promise<OffLawRun[]> {
    return this.run('off-law', task);
  }

  override async close(): Promise<void> {
    await this.pool?.destroy();
  }

  private async run<T>(worker: string, task: LawTask): Promise<T> {
    this.pool ??= new Piscina({ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS, execArgv: IMPORT_ONLY });
    const filename = join(this.folder, `${worker}.worker.js`);
    const answer: WorkerAnswer<T> = await this.pool.run(task, { filename, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answerOf(answer);
  }
}
