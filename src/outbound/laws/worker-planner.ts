// Plans and comparisons in a worker thread of their own: an average of forms over its bootstraps takes seconds of arithmetic.
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { Comparison } from '../../planning/compare-families.js';
import { type CompareTask, type PlanAnswer, type PlanTask, Planner } from '../../planning/planner.js';
import { IMPORT_ONLY } from '../import-only.js';
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
    return this.run<PlanAnswer>(task, 'default');
  }

  override async compare(task: CompareTask): Promise<Comparison> {
    return this.run<Comparison>(task, 'compare');
  }

  override async close(): Promise<void> {
    await this.pool?.destroy();
  }

  /** @param name of the worker's export */
  private async run<Answer>(task: PlanTask | CompareTask, name: 'default' | 'compare'): Promise<Answer> {
    this.pool ??= new Piscina({
      ...{ filename: this.worker, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
      execArgv: IMPORT_ONLY,
    });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return answerOf((await this.pool.run(task, { name, signal })) as WorkerAnswer<Answer>);
  }
}
