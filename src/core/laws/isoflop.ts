// Chinchilla's second approach: the best size at each of several budgets, and how it grows with compute.
import { akima, lowestOf } from '../math/akima.js';
import { huber } from '../math/huber.js';
import { mean } from '../math/quantile.js';
import { parabola, weightedLine } from '../math/regression.js';
import { kaplanC } from './kaplan-single.js';
import { LawError } from './law-error.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { FLOP_PER_PARAM_TOKEN, type Place, type RunTable, rowsOf, tableOf } from './run-table.js';

const NAMES = ['G', 'a', 'E', 'Cc', 'alpha_C', 'kappa'] as const;
/** Budgets are one where their compute differs by less than this in ln C. */
const SAME_BUDGET = 0.1;
const LEAST_SIZES = 4;
const LEAST_BUDGETS = 3;
/** From this many sizes on the lowest point is read off Akima's curve, below it off a parabola. */
const ENOUGH_FOR_AKIMA = 5;

export interface BudgetOptimum {
  compute: number;
  params: number;
  loss: number;
  /** Half the second derivative of ln L by ln N around the best size. */
  curvature: number;
}

/**
 * N_opt = G·(C/6)^a and L_opt = E + (Cc/C)^alpha_C, and off the best size ln L = ln L_opt + kappa·(ln N/N_opt)².
 *
 * Hoffmann et al. 2022, approach 2 (parabola in ln N), with Porian et al. 2024's interpolation by Akima in log-log
 * (arXiv 2406.19146) where there are enough sizes. C in FLOP, N in parameters.
 */
export const isoflop: LawKind = {
  name: 'isoflop',
  formula: 'ln L = ln(E + (Cc/C)^alpha_C) + kappa*(ln N/N_opt)^2, N_opt = G*(C/6)^a',
  inputs: ['params', 'tokens', 'compute'],
  parameters: () => NAMES,
  loss: isoflopLoss,
  fit,
  optimum: ({ G, a }) => ({ a: a!, b: 1 - a!, G: G! }),
};

function isoflopLoss(p: Parameters, { params, compute }: Place): number {
  const off = Math.log(params) - Math.log(p.G!) - p.a! * Math.log(compute / FLOP_PER_PARAM_TOKEN);
  return (p.E! + (p.Cc! / compute) ** p.alpha_C!) * Math.exp(p.kappa! * off * off);
}

function fit(table: RunTable, { delta, weights }: LawOptions): LawFit {
  const optima = budgetOptima(table, weights);
  if (optima.length < LEAST_BUDGETS)
    throw new LawError(
      `isoflop found the best size at ${optima.length} budgets, and needs ${LEAST_BUDGETS}`,
      `give at least ${LEAST_SIZES} sizes at each budget, with the best one not at either end`,
    );
  const line = weightedLine(
    optima.map(({ compute }) => Math.log(compute / FLOP_PER_PARAM_TOKEN)),
    optima.map(({ params }) => Math.log(params)),
  );
  const best = tableOf(optima.map(({ params, compute, loss }) => ({ params, tokens: 1, compute, loss })));
  const loss = kaplanC.fit(best, { delta, irreducible: optima.length >= 4 });
  const parameters: Parameters = {
    G: Math.exp(line.intercept),
    a: line.slope,
    E: loss.parameters.E ?? 0,
    Cc: loss.parameters.Cc!,
    alpha_C: loss.parameters.alpha_C!,
    kappa: mean(optima.map(({ curvature }) => curvature)),
  };
  let objective = 0;
  for (let row = 0; row < rowsOf(table); row++) {
    const place = { params: table.params[row]!, tokens: table.tokens[row]!, compute: table.compute[row]! };
    const residual = Math.log(table.loss[row]! / isoflopLoss(parameters, place));
    objective += (weights ? weights[row]! : 1) * huber(residual, delta);
  }
  return { parameters, objective, converged: loss.converged, stopped: loss.stopped };
}

/**
 * The best size of each budget, by increasing compute. Budgets with too few sizes, or whose best lies at either end of the
 * sizes tried, tell nothing of it and are left out.
 * @param weights rows with none are left out, seeds of a size are averaged
 */
export function budgetOptima(table: RunTable, weights?: Float64Array): BudgetOptimum[] {
  const rows = [...table.compute.keys()]
    .filter((row) => !weights || weights[row]! > 0)
    .sort((i, j) => table.compute[i]! - table.compute[j]!);
  const budgets: number[][] = [];
  for (const row of rows) {
    const open = budgets.at(-1);
    if (open && Math.log(table.compute[row]! / table.compute[open[0]!]!) < SAME_BUDGET) open.push(row);
    else budgets.push([row]);
  }
  return budgets.flatMap((budget) => {
    const found = bestOf(table, budget);
    return found ? [found] : [];
  });
}

function bestOf(table: RunTable, budget: readonly number[]): BudgetOptimum | null {
  const seeds = new Map<number, number[]>();
  for (const row of budget) {
    const key = Math.log(table.params[row]!);
    seeds.set(key, [...(seeds.get(key) ?? []), Math.log(table.loss[row]!)]);
  }
  const x = [...seeds.keys()].sort((one, other) => one - other);
  if (x.length < LEAST_SIZES) return null;
  const y = x.map((key) => mean(seeds.get(key)!));
  const lowest = x.length >= ENOUGH_FOR_AKIMA ? lowestOf(akima(x, y)) : lowestOfParabola(x, y);
  if (!lowest || lowest.x <= x[0]! || lowest.x >= x.at(-1)!) return null;
  // The bend is that of the sizes near the best, where a parabola is meant to hold.
  const near = [...x.keys()].sort((i, j) => Math.abs(x[i]! - lowest.x) - Math.abs(x[j]! - lowest.x)).slice(0, 5);
  const [, , bend] = parabola(
    near.map((i) => x[i]!),
    near.map((i) => y[i]!),
  );
  return {
    compute: Math.exp(mean(budget.map((row) => Math.log(table.compute[row]!)))),
    params: Math.exp(lowest.x),
    loss: Math.exp(lowest.y),
    curvature: Math.max(0, bend),
  };
}

function lowestOfParabola(x: readonly number[], y: readonly number[]): { x: number; y: number } | null {
  const [c0, c1, c2] = parabola(x, y);
  if (!(c2 > 0)) return null;
  const at = -c1 / (2 * c2);
  return { x: at, y: c0 + c1 * at + c2 * at * at };
}
