// What the law of a run leaves over: a slow and a fast Gaussian process in log position, the slow one larger the longer ago.
import { factorise } from './cholesky.js';
import type { CurvePrior } from './relax-prior.js';

/** Places of a run whose first ones are seen: the past counts by what it still says of the places to come. */
export interface SeenPlaces {
  /** How many of the places are seen. */
  seen: number;
  /** Increasing, in units of the whole training. */
  positions: Float64Array;
  /** Variance of the seen places' means from noise alone. */
  variances: Float64Array;
}

/** Covariance of what the law leaves over, between two places. */
export type Covariance = (i: number, j: number) => number;

export function discrepancy({ seen, positions }: SeenPlaces, { slow, fast }: CurvePrior): Covariance {
  const log = positions.map(Math.log);
  const now = seen > 0 ? log[seen - 1]! : -Infinity;
  const size = log.map((x) => slow.deviation * Math.exp(slow.past * Math.max(0, now - x)));
  const fastVariance = fast.deviation ** 2;
  return (i, j) => {
    const apart = Math.abs(log[i]! - log[j]!);
    return size[i]! * size[j]! * Math.exp(-apart / slow.length) + fastVariance * Math.exp(-apart / fast.length);
  };
}

/** Cholesky factor of what is uncertain of the seen places: the discrepancy, the noise, and a level that all of them share. */
export function seenFactor({ seen, variances }: SeenPlaces, process: Covariance, level = 0): Float64Array {
  const l = new Float64Array(seen * seen);
  const shared = level ** 2;
  for (let i = 0; i < seen; i++) {
    for (let j = 0; j < i; j++) l[i * seen + j] = process(i, j) + shared;
    l[i * seen + i] = process(i, i) + shared + variances[i]!;
  }
  factorise(l, seen);
  return l;
}
