// A plan before a run: what a budget buys at best, its neighbourhood, and what more would take.
import { beyondTable } from '../core/laws/beyond-table.js';
import type { LawDocument } from '../core/laws/law-document.js';
import { LawError } from '../core/laws/law-error.js';
import { type LawForms, lawDraws } from '../core/laws/law-draws.js';
import { intervalAt } from '../core/laws/law-interval.js';
import { logLoss } from '../core/laws/law-loss.js';
import { valueOf } from '../core/laws/metric.js';
import { bestPlace } from '../core/laws/optimum.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from '../core/laws/run-table.js';
import { type AxisVerdict, axisOf } from './axis.js';
import { type Cost, type Machine, costOf } from './gpus.js';
import { type Ranged, ranged } from './ranged.js';
import { computeFor, factorOfCompute, factorOfParams, factorOfTokens } from './reach.js';
import { type RepeatedData, repeatedData } from './repeats.js';
import { type Shape, buildableShape } from './shape.js';

export interface PlanQuestion {
  /** FLOP, or the loss that is to be reached. */
  budget: { compute: number } | { targetLoss: number };
  machine: Machine | null;
  level: number;
  /** How much better "better" is, as a share of the loss. */
  better: number;
  /** All unique tokens there are, where they are scarce. */
  uniqueTokens?: number;
  /** A run of one's own to be judged: N and D. */
  own?: { params: number; tokens: number };
}

export interface PlannedRun {
  params: number;
  tokens: number;
  tokens_per_param: number;
  compute: number;
  loss: number;
  lower: number;
  upper: number;
  cost: Cost | null;
}

export interface Plan {
  law: string;
  level: number;
  optimum: PlannedRun & { params_interval: Ranged; tokens_interval: Ranged };
  shape: Shape;
  /** Loss by size at the same compute, from an eighth of the best size to eight times. */
  around: { params: number; tokens: number; loss: number; lower: number; upper: number }[];
  /** Half and double the size at the same compute. */
  neighbours: { half: PlannedRun; double: PlannedRun };
  /** Half the size trained until it is as good: dearer to train, half as dear to serve. */
  smaller: (PlannedRun & { extra_compute: number; pays_back_after_tokens: number }) | null;
  /** The loss `share` lower: growth of N alone, of D alone, of compute at the best split, as shares more. */
  better: { share: number; loss: number; params: Ranged; tokens: Ranged; compute: Ranged };
  /** What twice the compute takes off the loss, as a share of it. */
  next_doubling: Ranged;
  own: (AxisVerdict & PlannedRun) | null;
  repeats: RepeatedData | null;
  trusted_to_compute: number;
  warnings: string[];
}

/** @throws LawError where the law cannot answer. */
export function plan(document: LawDocument, question: PlanQuestion): Plan {
  const { machine, level, better: share } = question;
  const compute =
    'compute' in question.budget ? question.budget.compute : targetCompute(document, question.budget.targetLoss);
  const draws = lawDraws(document);
  const best = bestPlace(document, compute);
  const run = (place: Place): PlannedRun => plannedRun(document, place, level, machine);
  const optimum = run(best);
  const own = question.own ? placeOfRun(question.own) : null;
  const lower = optimum.loss * (1 - share);
  const at = (params: number): Place => ({ params, tokens: compute / (FLOP_PER_PARAM_TOKEN * params), compute });
  const more = (factor: number): number => factor - 1;
  const interval = (of: Parameters<typeof ranged>[3]): Ranged => ranged(document, draws, level, of);
  // A bootstrap's own loss at the place is what its "better" is measured from.
  const from = (law: LawForms): number => Math.exp(logLoss(law, best)) * (1 - share);
  return {
    law: document.law,
    level,
    optimum: {
      ...optimum,
      params_interval: interval((law) => bestPlace(law, compute).params),
      tokens_interval: interval((law) => bestPlace(law, compute).tokens),
    },
    shape: buildableShape(best.params),
    around: around(document, best, level),
    neighbours: { half: run(at(best.params / 2)), double: run(at(best.params * 2)) },
    smaller: smallerRun(document, best, optimum.loss, run),
    better: {
      share,
      loss: lower,
      params: interval((law) => more(factorOfParams(law, best, from(law)))),
      tokens: interval((law) => more(factorOfTokens(law, best, from(law)))),
      compute: interval((law) =>
        more(factorOfCompute(law, compute, Math.exp(logLoss(law, bestPlace(law, compute))) * (1 - share))),
      ),
    },
    next_doubling: interval(
      (law) => 1 - Math.exp(logLoss(law, bestPlace(law, 2 * compute)) - logLoss(law, bestPlace(law, compute))),
    ),
    own: own && { ...run(own), ...axisOf(document, own) },
    repeats: question.uniqueTokens === undefined ? null : repeatedData(document, compute, question.uniqueTokens),
    trusted_to_compute: document.diagnostics.trusted_to_compute,
    warnings: warningsOf(document, best, own),
  };
}

const AROUND = 8;
const AROUND_KNOTS = 41;

function around(document: LawDocument, best: Place, level: number): Plan['around'] {
  return Array.from({ length: AROUND_KNOTS }, (_, i) => {
    const factor = AROUND ** ((2 * i) / (AROUND_KNOTS - 1) - 1);
    const place = { params: best.params * factor, tokens: best.tokens / factor, compute: best.compute };
    const { params, tokens, loss, lower, upper } = plannedRun(document, place, level, null);
    return { params, tokens, loss, lower, upper };
  });
}

function targetCompute(document: LawDocument, loss: number): number {
  const found = loss > 0 ? computeFor(document, document.range.compute.max, loss) : NaN;
  const told = (left: number): number => (document.metric ? valueOf(document.metric, left) : left);
  if (!Number.isFinite(found))
    throw new LawError(
      `no compute reaches a ${document.metric ? document.columns.loss : 'loss'} of ${told(loss)} by this law`,
      `ask for one ${document.metric?.direction === 'higher' ? 'below' : 'above'} its floor; the best in its table is ${told(document.range.loss.min)}`,
    );
  return found;
}

export function plannedRun(document: LawDocument, place: Place, level: number, machine: Machine | null): PlannedRun {
  const { params, tokens, compute } = place;
  const loss = Math.exp(logLoss(document, place));
  return {
    params,
    tokens,
    tokens_per_param: tokens / params,
    compute,
    loss,
    ...intervalAt(document, place, loss, level),
    cost: machine ? costOf(compute, machine) : null,
  };
}

function smallerRun(
  document: LawDocument,
  best: Place,
  loss: number,
  run: (place: Place) => PlannedRun,
): Plan['smaller'] {
  const params = best.params / 2;
  const from = { params, tokens: best.tokens * 2, compute: best.compute };
  const tokens = from.tokens * factorOfTokens(document, from, loss);
  if (!Number.isFinite(tokens)) return null;
  const compute = FLOP_PER_PARAM_TOKEN * params * tokens;
  const extra = compute - best.compute;
  // Serving costs 2·N FLOP a token (Kaplan et al. 2020, table 1).
  return {
    ...run({ params, tokens, compute }),
    extra_compute: extra,
    pays_back_after_tokens: extra / (2 * (best.params - params)),
  };
}

const placeOfRun = ({ params, tokens }: { params: number; tokens: number }): Place => ({
  params,
  tokens,
  compute: FLOP_PER_PARAM_TOKEN * params * tokens,
});

function warningsOf(document: LawDocument, best: Place, own: Place | null): string[] {
  const { identified, notes } = document.diagnostics;
  const said = beyondTable(document, best).map((why) => `${why}, where this law has no evidence`);
  if (own) said.push(...beyondTable(document, own).map((why) => `your run: ${why}, where this law has no evidence`));
  if (Object.values(identified).some((known) => !known)) said.push(...notes);
  return said;
}
