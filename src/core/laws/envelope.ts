// Chinchilla's first approach: the lower envelope of all training curves, and the sizes that lie on it.
import { lowerHull } from '../math/convex-hull.js';
import { huber } from '../math/huber.js';
import { weightedLine } from '../math/regression.js';
import { kaplanC } from './kaplan-single.js';
import { LawError } from './law-error.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { FLOP_PER_PARAM_TOKEN, type RunTable, pickRows, rowsOf } from './run-table.js';

const NAMES = ['G', 'a', 'E', 'Cc', 'alpha_C'] as const;
const LEAST_CORNERS = 4;

/**
 * L_min = E + (Cc/C)^alpha_C along the envelope, N on it = G·(C/6)^a; C in FLOP, N in parameters.
 *
 * Hoffmann et al. 2022, approach 1. The envelope is the lower convex hull of ln L by ln C, whose corners are the points
 * where a curve is best: no smoothing and no grid of budgets is needed. The rows are points along curves, not only ends.
 */
export const envelope: LawKind = {
  name: 'envelope',
  formula: 'L = E + (Cc/C)^alpha_C on the lower hull, N_opt = G*(C/6)^a',
  inputs: ['compute'],
  parameters: () => NAMES,
  loss: (p, { compute }) => p.E! + (p.Cc! / compute) ** p.alpha_C!,
  fit,
  optimum: ({ G, a }) => ({ a: a!, b: 1 - a!, G: G! }),
};

function fit(table: RunTable, { delta, weights }: LawOptions): LawFit {
  const drawn = weights
    ? pickRows(
        table,
        [...weights.keys()].filter((row) => weights[row]! > 0),
      )
    : table;
  const corners = pickRows(drawn, envelopeRows(drawn));
  if (rowsOf(corners) < LEAST_CORNERS)
    throw new LawError(
      `the envelope has ${rowsOf(corners)} corners, and a law along it needs ${LEAST_CORNERS}`,
      'give more points along the training curves, of more sizes',
    );
  const line = weightedLine(
    corners.compute.map((c) => Math.log(c / FLOP_PER_PARAM_TOKEN)),
    corners.params.map(Math.log),
  );
  const loss = kaplanC.fit(corners, { delta, irreducible: true });
  const { E, Cc, alpha_C } = loss.parameters;
  const parameters: Parameters = { G: Math.exp(line.intercept), a: line.slope, E: E!, Cc: Cc!, alpha_C: alpha_C! };
  let objective = 0;
  for (let row = 0; row < rowsOf(corners); row++)
    objective += huber(Math.log(corners.loss[row]! / (E! + (Cc! / corners.compute[row]!) ** alpha_C!)), delta);
  return { parameters, objective, converged: loss.converged, stopped: loss.stopped };
}

/** Rows on the falling part of the lower hull, by increasing compute, without those that are there for want of others. */
export function envelopeRows(table: RunTable): number[] {
  const y = table.loss.map(Math.log);
  const hull = lowerHull(table.compute.map(Math.log), y);
  const lowest = hull.reduce((best, row, place) => (y[row]! < y[hull[best]!]! ? place : best), 0);
  const starts = new Map<number, number>();
  let [smallest, largest] = [Infinity, 0];
  table.params.forEach((params, row) => {
    starts.set(params, Math.min(starts.get(params) ?? Infinity, table.tokens[row]!));
    smallest = Math.min(smallest, params);
    largest = Math.max(largest, params);
  });
  // A curve's first point is on the hull because nothing was logged before it, and the smallest and the largest size
  // because nothing smaller or larger was tried: neither says where the best size is.
  return hull
    .slice(0, lowest + 1)
    .filter((row) => table.tokens[row]! > starts.get(table.params[row]!)!)
    .filter((row) => table.params[row]! > smallest && table.params[row]! < largest);
}
