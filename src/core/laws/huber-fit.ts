// Fits the free parameters of a formula by the sum of Huber's loss on log residuals, to its optimum.
import { huber, huberSlope } from '../math/huber.js';
import { type Minimum, minimise } from '../math/minimise.js';

/** ln L of a row for inner coordinates; writes the derivatives by each of them. */
export type RowFormula = (theta: Float64Array, row: number, slopes: Float64Array) => number;

export interface HuberProblem {
  /** Called once before the rows of each new point. */
  prepare?: (theta: Float64Array) => void;
  formula: RowFormula;
  /** ln of the measured loss of each row. */
  logs: Float64Array;
  delta: number;
  weights?: Float64Array;
}

/** A fit to nearly the same data: where it ended and what curvature it learnt. */
export interface WarmStart {
  at: Float64Array;
  inverse: Float64Array;
}

/** Far from the optimum a corner this wide has curvature to go by. */
export const WIDE = 0.02;
/** Bootstraps need an optimum to a small part of its own spread only. */
const WARM_TOLERANCE = 1e-6;

/**
 * The best of the minima reached from `starts`, by inner coordinates; or the one reached from a warm start.
 *
 * The sum is used and the tolerance is tight: with the mean and a loose one optimisers stop early, as happened to Hoffmann
 * et al. 2022 (Besiroglu et al. 2024, arXiv 2404.10102).
 */
export function fitHuber(problem: HuberProblem, starts: Float64Array[] | WarmStart): Minimum {
  const objective = huberObjective(problem);
  if (!Array.isArray(starts))
    return minimise(objective, starts.at, { inverse: starts.inverse, tolerance: WARM_TOLERANCE, rounds: 100 });
  const wide = huberObjective({ ...problem, delta: Math.max(problem.delta, WIDE) });
  let best: Minimum | null = null;
  for (const start of starts) {
    const first = minimise(wide, start, { rounds: 60, tolerance: 1e-6 });
    const found = minimise(objective, first.at, { tolerance: 1e-11 });
    if (!best || found.value < best.value) best = found;
  }
  if (!best) throw new Error('no start was given');
  return best;
}

/** The objective in units of the sum; the gradient is exact. */
export function huberObjective({ prepare, formula, logs, delta, weights }: HuberProblem) {
  const slopes = new Float64Array(16);
  return (theta: Float64Array, gradient: Float64Array): number => {
    const k = theta.length;
    gradient.fill(0);
    prepare?.(theta);
    let cost = 0;
    for (let row = 0; row < logs.length; row++) {
      const weight = weights ? weights[row]! : 1;
      if (weight === 0) continue;
      const residual = logs[row]! - formula(theta, row, slopes);
      cost += weight * huber(residual, delta);
      const pull = weight * huberSlope(residual, delta);
      for (let i = 0; i < k; i++) gradient[i]! -= pull * slopes[i]!;
    }
    return cost;
  };
}
