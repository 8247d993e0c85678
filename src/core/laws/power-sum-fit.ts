// Fits any member of the power-sum family by Huber's loss: which of its six numbers are free is all that differs.
import { type HuberProblem, type WarmStart, fitHuber } from './huber-fit.js';
import type { Minimum } from '../math/minimise.js';
import { type CentredLogs, FLOOR, HEIGHT_D, HEIGHT_N, RATE_D, RATE_N, SLOTS, logPowerSum } from './power-sum.js';

const TERMS: readonly number[] = [FLOOR, HEIGHT_N, HEIGHT_D];
/** ln of a twentieth of the loss at the centre. */
const SMALL = Math.log(0.05);
/** ln of a term that no digit of the loss sees. */
const NOTHING = -40;
/** A floor that started as nothing and stayed there is 0. */
const GONE = -30;

/** Which numbers of a power sum are fitted; `fixed` holds the others. */
export interface PowerSumShape {
  free: readonly number[];
  fixed: Float64Array;
  /** α and β are one number (the slot of α is free, that of β is not). */
  tied?: boolean;
}

export interface PowerSumMinimum extends Minimum {
  /** All six numbers. */
  theta: Float64Array;
}

/** The best of the minima reached from `starts` (all six numbers each), or the one near a warm start. */
export function fitPowerSum(
  logs: CentredLogs,
  shape: PowerSumShape,
  starts: Float64Array[] | WarmStart,
  { delta, weights }: { delta: number; weights?: Float64Array },
): PowerSumMinimum {
  const { free, fixed, tied } = shape;
  const theta = Float64Array.from(fixed);
  const all = new Float64Array(SLOTS);
  const { x, z, y } = logs;
  const spread = (inner: Float64Array): void => {
    for (let i = 0; i < free.length; i++) theta[free[i]!] = inner[i]!;
    if (tied) theta[RATE_D] = theta[RATE_N]!;
  };
  const problem: HuberProblem = {
    logs: y,
    delta,
    weights,
    prepare: spread,
    formula: (_inner, row, slopes) => {
      const value = logPowerSum(theta, x[row]!, z[row]!, all);
      if (tied) all[RATE_N]! += all[RATE_D]!;
      for (let i = 0; i < free.length; i++) slopes[i] = all[free[i]!]!;
      return value;
    },
  };
  const isWarm = !Array.isArray(starts);
  const minimum = fitHuber(
    problem,
    isWarm ? starts : starts.map((start) => Float64Array.from(free, (slot) => start[slot]!)),
  );
  const better = isWarm ? minimum : withoutSmallTerms(problem, free, minimum);
  spread(better.at);
  if (theta[FLOOR]! <= GONE) theta[FLOOR] = -Infinity;
  // Bootstraps begin where a small term is small, not absent: theirs may need it.
  return { theta, ...better, at: minimum.at, inverse: minimum.inverse };
}

/**
 * The minimum, or a lower one where a term that has become small is absent: by its log the way to nothing has no end, and
 * the search gives up on it.
 */
function withoutSmallTerms(problem: HuberProblem, free: readonly number[], minimum: Minimum): Minimum {
  let best = minimum;
  free.forEach((slot, i) => {
    if (!TERMS.includes(slot) || best.at[i]! > SMALL) return;
    const start = Float64Array.from(best.at);
    start[i] = NOTHING;
    const found = fitHuber(problem, [start]);
    if (found.value < best.value) best = found;
  });
  return best;
}
