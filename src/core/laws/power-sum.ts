// The family of formulas that most laws belong to: a floor and two power laws joined by a p-norm, with its gradient.
import type { RunTable } from './run-table.js';

// Taken out of the global once: the rows of a fit pass here millions of times.
const { exp, log } = Math;

/**
 * L = E + (X^s + Y^s)^(1/s) with X = exp(u − α·x), Y = exp(v − β·z), x and z the logs of N and D around a centre.
 *
 * s = 1 is Hoffmann et al. 2022 (A/N^α + B/D^β); a floor of nothing with s free is Kaplan et al. 2020's joint law; s = 1/g
 * with a floor is E + (A/N^a + B/D^b)^g. Centred logs keep the parameters from being near copies of each other.
 * The six numbers below are, in order: ln E, u, v, ln α, ln β, ln s; a term that is absent has −∞.
 */
export const [FLOOR, HEIGHT_N, HEIGHT_D, RATE_N, RATE_D, JOIN] = [0, 1, 2, 3, 4, 5] as const;
export const SLOTS = 6;
/** The log of a term that is not there. */
const ABSENT = -Infinity;

/** A table in centred logs: x of N, z of D, y of the loss. */
export interface CentredLogs {
  x: Float64Array;
  z: Float64Array;
  y: Float64Array;
  centre: { x: number; z: number; y: number };
}

/** @param weights of the rows in the centre; equal where absent */
export function centredLogs(table: RunTable, weights?: Float64Array): CentredLogs {
  const [x, centreX] = centred(table.params, weights);
  const [z, centreZ] = centred(table.tokens, weights);
  const [y, centreY] = centred(table.loss, weights);
  return { x, z, y, centre: { x: centreX, z: centreZ, y: centreY } };
}

function centred(column: Float64Array, weights?: Float64Array): [Float64Array, number] {
  const logs = column.map(Math.log);
  let sum = 0;
  let whole = 0;
  logs.forEach((value, i) => {
    const weight = weights ? weights[i]! : 1;
    sum += weight * value;
    whole += weight;
  });
  const centre = sum / whole;
  return [logs.map((value) => value - centre), centre];
}

/** ln L at centred logs; writes its six derivatives where `slopes` is given. */
export function logPowerSum(theta: Float64Array, x: number, z: number, slopes?: Float64Array): number {
  const alpha = exp(theta[RATE_N]!);
  const beta = exp(theta[RATE_D]!);
  const s = exp(theta[JOIN]!);
  const lnX = theta[HEIGHT_N]! - (theta[HEIGHT_N] === ABSENT ? 0 : alpha * x);
  const lnY = theta[HEIGHT_D]! - (theta[HEIGHT_D] === ABSENT ? 0 : beta * z);
  const top = Math.max(lnX, lnY);
  const ex = s === 1 ? exp(lnX - top) : exp(s * (lnX - top));
  const ey = s === 1 ? exp(lnY - top) : exp(s * (lnY - top));
  const both = ex + ey;
  const lnBoth = log(both) / s;
  const reducible = exp(top + lnBoth);
  const floor = exp(theta[FLOOR]!);
  const loss = floor + reducible;
  if (slopes) {
    const share = reducible / loss;
    const q = ex / both;
    slopes[FLOOR] = floor / loss;
    slopes[HEIGHT_N] = share * q;
    slopes[HEIGHT_D] = share * (1 - q);
    slopes[RATE_N] = q === 0 ? 0 : -share * q * alpha * x;
    slopes[RATE_D] = q === 1 ? 0 : -share * (1 - q) * beta * z;
    // With absent terms nothing is joined.
    slopes[JOIN] = q > 0 && q < 1 ? share * (q * (lnX - top) + (1 - q) * (lnY - top) - lnBoth) : 0;
  }
  return log(loss);
}
