// Plans in a worker thread of their own: an average of forms over its bootstraps takes seconds of arithmetic.
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { type PlanAnswer, type PlanTask, Planner } from '../../planning/planner.js';
import { packageFolder } from '../postgres/package-folder.js';
import { type WorkerAnswer, answerOf } from './worker-answer.js';

const TIMEOUT_MS = 60_000;
const IDLE_MS = 60_000;

export class WorkerPlanner extends Planner {
  private pool: Piscina | null = null;

  /** @param worker the compiled plan.worker. The thread is started for the first plan. */
  constructor(private readonly worker = join(packageFolder(), 'dist/outbound/laws/plan.worker.js')) {
    super();
  }

  override async plan(task: PlanTask): Promise<PlanAnswer> {
    this.pool ??= new Piscina({ filename: this.worker, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS });
    const answer: WorkerAnswer<PlanAnswer> = await this.pool.run(task, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answerOf(answer);
  }

  override async close(): Promise<void> {
    await this.pool?.destroy();
  }
}
