// Runs in a worker thread: from a law and a question to the plan, from two laws to their comparison.
import type { Comparison } from '../../planning/compare-families.js';
import {
  type CompareTask,
  type PlanAnswer,
  type PlanTask,
  answerComparison,
  answerPlan,
} from '../../planning/planner.js';
import { type WorkerAnswer, answering } from './worker-answer.js';

export default function plan(task: PlanTask): WorkerAnswer<PlanAnswer> {
  return answering(() => answerPlan(task));
}

export function compare(task: CompareTask): WorkerAnswer<Comparison> {
  return answering(() => answerComparison(task));
}
