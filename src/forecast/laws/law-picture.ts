// A family's law as it is drawn: the best loss at each compute, curves of one size and of one budget, and each run beside what the law says of it.
import type { LawDocument } from '../../core/laws/law-document.js';
import { intervalAt } from '../../core/laws/law-interval.js';
import { logLoss } from '../../core/laws/law-loss.js';
import { inMetric, leftOf, valueOf } from '../../core/laws/metric.js';
import { bestPlace, knowsSplit } from '../../core/laws/optimum.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from '../../core/laws/run-table.js';
import type { LawRow } from './family-law.js';

/** A place with what the law says of a new run there. */
export interface SaidPlace {
  compute: number;
  params: number;
  tokens: number;
  loss: number;
  lower: number;
  upper: number;
}

/** A run of the law's table: what was measured, and what the law says of it. */
export interface PicturedRun extends LawRow {
  said: number;
  lower: number;
  upper: number;
  /** ln(measured/said). */
  residual: number;
}

export interface Budget {
  compute: number;
  best: SaidPlace;
  /** Loss by size at this compute. */
  line: { params: number; loss: number }[];
  /** Runs nearest to this budget, brought to its compute along the law: their residual is kept, their size too. */
  runs: { run: string; params: number; loss: number; compute: number }[];
}

export interface LawPicture {
  level: number;
  /**
   * The best N and D by compute, from half the smallest run's to where the law has no evidence, or three times its largest.
   * Empty, as `budgets`, where the law knows no best split: it is of N, of D or of compute alone.
   */
  best: SaidPlace[];
  /** Loss as tokens grow, for each size that was trained. */
  sizes: { params: number; line: { tokens: number; compute: number; loss: number }[] }[];
  budgets: Budget[];
  runs: PicturedRun[];
  trusted_to_compute: number;
}

const BEST_KNOTS = 48;
const LINE_KNOTS = 24;
const MOST_SIZES = 12;
const BUDGETS = 5;
/** Sizes of a budget's curve reach this far to each side of the sizes trained. */
const BESIDE = 2;

/** @param level of the intervals, which are for the measured loss of a new run */
export function lawPicture(document: LawDocument, rows: readonly LawRow[], level: number): LawPicture {
  const { compute } = document.range;
  const trusted = document.diagnostics.trusted_to_compute;
  const split = knowsSplit(document);
  const runs = rows.map((row) => pictured(document, row, level));
  return {
    level,
    best: split
      ? spaced(compute.min / 2, Math.max(trusted, 3 * compute.max), BEST_KNOTS).map((at) =>
          said(document, bestPlace(document, at), level),
        )
      : [],
    sizes: sizesOf(rows).map((params) => sizeLine(document, rows, params)),
    budgets: split ? budgetsOf(document, runs, level) : [],
    runs,
    trusted_to_compute: trusted,
  };
}

export function said(document: LawDocument, place: Place, level: number): SaidPlace {
  const { params, tokens, compute } = place;
  const loss = Math.exp(logLoss(document, place));
  const bounds = intervalAt(document, place, loss, level);
  return inMetric(document.metric, { compute, params, tokens, loss, ...bounds });
}

const leftAt = ({ metric }: LawDocument, value: number): number => (metric ? leftOf(metric, value) : value);
const valueAt = ({ metric }: LawDocument, left: number): number => (metric ? valueOf(metric, left) : left);

function pictured(document: LawDocument, row: LawRow, level: number): PicturedRun {
  const { loss, lower, upper } = said(document, row, level);
  return { ...row, said: loss, lower, upper, residual: Math.log(leftAt(document, row.loss) / leftAt(document, loss)) };
}

/** Sizes that were trained; of very many, some from the smallest to the largest. */
function sizesOf(rows: readonly LawRow[]): number[] {
  const all = [...new Set(rows.map(({ params }) => params))].sort((a, b) => a - b);
  if (all.length <= MOST_SIZES) return all;
  const places = Array.from({ length: MOST_SIZES }, (_, i) => Math.round((i * (all.length - 1)) / (MOST_SIZES - 1)));
  return places.map((place) => all[place]!);
}

function sizeLine(document: LawDocument, rows: readonly LawRow[], params: number): LawPicture['sizes'][number] {
  const { min, max } = document.range.tokens;
  const own = rows.filter((row) => row.params === params).map(({ tokens }) => tokens);
  const [from, to] = [Math.max(min / 2, Math.min(...own) / 4), Math.min(max * 2, Math.max(...own) * 4)];
  const line = spaced(from, to, LINE_KNOTS).map((tokens) => {
    const compute = FLOP_PER_PARAM_TOKEN * params * tokens;
    return { tokens, compute, loss: valueAt(document, Math.exp(logLoss(document, { params, tokens, compute }))) };
  });
  return { params, line };
}

function budgetsOf(document: LawDocument, runs: readonly PicturedRun[], level: number): Budget[] {
  const { compute, params } = document.range;
  const budgets = spaced(compute.min, compute.max, BUDGETS);
  const at = (size: number, budget: number): number =>
    Math.exp(logLoss(document, { params: size, tokens: budget / (FLOP_PER_PARAM_TOKEN * size), compute: budget }));
  const nearest = (one: number): number =>
    budgets.reduce((best, budget) =>
      Math.abs(Math.log(budget / one)) < Math.abs(Math.log(best / one)) ? budget : best,
    );
  return budgets.map((budget) => {
    const best = said(document, bestPlace(document, budget), level);
    const own = runs.filter((run) => nearest(run.compute) === budget);
    const from = Math.min(params.min, best.params) / BESIDE;
    const to = Math.max(params.max, best.params) * BESIDE;
    return {
      compute: budget,
      best,
      line: spaced(from, to, LINE_KNOTS).map((size) => ({ params: size, loss: valueAt(document, at(size, budget)) })),
      runs: own.map(({ run, params: size, residual, compute: spent }) => ({
        ...{ run, params: size, compute: spent },
        loss: valueAt(document, at(size, budget) * Math.exp(residual)),
      })),
    };
  });
}

/** Evenly by ratio, both ends included. */
const spaced = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
