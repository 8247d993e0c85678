// The port for plans and comparisons of the service: computed somewhere where they delay no record.
import type { LawDocument } from '../core/laws/law-document.js';
import { type Metric, inMetric, leftOf, valueOf } from '../core/laws/metric.js';
import { type Comparison, compareFamilies } from './compare-families.js';
import { type Plan, type PlanQuestion, type PlannedRun, plan } from './plan.js';
import { type WhatIf, whatIf } from './what-if.js';

/** All that one answer needs; plain JSON. */
export interface PlanTask {
  document: LawDocument;
  question: PlanQuestion;
  /** Tokens that the run of one's own has seen: what stopping, going on and extending would bring. */
  tokensNow: number | null;
}

/** Two families' laws to be compared; plain JSON. */
export interface CompareTask {
  a: LawDocument;
  b: LawDocument;
  level: number;
}

export type PlanAnswer = Plan & { what_if: WhatIf | null };

export abstract class Planner {
  /** @throws LawError where the law cannot answer. */
  abstract plan(task: PlanTask): Promise<PlanAnswer>;
  /** @throws LawError where the two cannot be compared. */
  abstract compare(task: CompareTask): Promise<Comparison>;
  abstract close(): Promise<void>;
}

/** @throws LawError where the two cannot be compared. */
export const answerComparison = ({ a, b, level }: CompareTask): Comparison => compareFamilies(a, b, level);

/** @throws LawError where the law cannot answer. */
export function answerPlan({ document, question, tokensNow }: PlanTask): PlanAnswer {
  const { own, level, machine, budget } = question;
  const asked =
    document.metric && 'targetLoss' in budget
      ? { ...question, budget: { targetLoss: leftOf(document.metric, budget.targetLoss) } }
      : question;
  const options =
    tokensNow === null || !own
      ? null
      : whatIf(document, { params: own.params, tokensNow, tokensPlanned: own.tokens }, level, machine);
  return answerIn(document.metric, { ...plan(document, asked), what_if: options });
}

/** All losses of an answer in the metric's own unit. */
function answerIn(metric: Metric | undefined, answer: PlanAnswer): PlanAnswer {
  if (!metric) return answer;
  const { optimum, around, neighbours, smaller, better, own, repeats, what_if: options } = answer;
  const told = <T extends PlannedRun>(run: T): T => inMetric(metric, run);
  return {
    ...answer,
    optimum: told(optimum),
    around: around.map((one) => inMetric(metric, one)),
    neighbours: { half: told(neighbours.half), double: told(neighbours.double) },
    smaller: smaller && told(smaller),
    better: { ...better, loss: valueOf(metric, better.loss) },
    own: own && told(own),
    repeats: repeats && { ...repeats, loss: valueOf(metric, repeats.loss) },
    what_if: options && {
      stop_now: told(options.stop_now),
      as_planned: told(options.as_planned),
      extended: told(options.extended),
    },
  };
}
