// The port for plans of the service: computed somewhere where they delay no record.
import type { LawDocument } from '../core/laws/law-document.js';
import { type Plan, type PlanQuestion, plan } from './plan.js';
import { type WhatIf, whatIf } from './what-if.js';

/** All that one answer needs; plain JSON. */
export interface PlanTask {
  document: LawDocument;
  question: PlanQuestion;
  /** Tokens that the run of one's own has seen: what stopping, going on and extending would bring. */
  tokensNow: number | null;
}

export type PlanAnswer = Plan & { what_if: WhatIf | null };

export abstract class Planner {
  /** @throws LawError where the law cannot answer. */
  abstract plan(task: PlanTask): Promise<PlanAnswer>;
  abstract close(): Promise<void>;
}

/** @throws LawError where the law cannot answer. */
export function answerPlan({ document, question, tokensNow }: PlanTask): PlanAnswer {
  const { own, level, machine } = question;
  const options =
    tokensNow === null || !own
      ? null
      : whatIf(document, { params: own.params, tokensNow, tokensPlanned: own.tokens }, level, machine);
  return { ...plan(document, question), what_if: options };
}
