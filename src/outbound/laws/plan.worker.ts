// Runs in a worker thread: from a law and a question to the plan.
import { type PlanAnswer, type PlanTask, answerPlan } from '../../planning/planner.js';
import { type WorkerAnswer, answering } from './worker-answer.js';

export default function plan(task: PlanTask): WorkerAnswer<PlanAnswer> {
  return answering(() => answerPlan(task));
}
