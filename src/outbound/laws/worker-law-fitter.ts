// Fits laws in a worker thread, so that no fit delays a record.
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { LawDocument } from '../../core/laws/law-document.js';
import { LawError } from '../../core/laws/law-error.js';
import type { LawRow } from '../../forecast/laws/family-law.js';
import { LawFitter } from '../../forecast/laws/law-store.js';
import { packageFolder } from '../postgres/package-folder.js';
import type { WorkerAnswer } from './fit.worker.js';

/** Thousands of runs take seconds. */
const TIMEOUT_MS = 120_000;
/** The thread ends when no law was asked for so long. */
const IDLE_MS = 60_000;

export class WorkerLawFitter extends LawFitter {
  private pool: Piscina | null = null;

  /** @param worker the compiled fit.worker. The thread is started for the first fit. */
  constructor(private readonly worker = join(packageFolder(), 'dist/outbound/laws/fit.worker.js')) {
    super();
  }

  override async fit(rows: LawRow[]): Promise<LawDocument> {
    this.pool ??= new Piscina({ filename: this.worker, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS });
    const answer: WorkerAnswer = await this.pool.run(rows, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if ('refused' in answer) throw new LawError(answer.refused.message, answer.refused.fix);
    return answer.document;
  }

  override async close(): Promise<void> {
    await this.pool?.destroy();
  }
}
