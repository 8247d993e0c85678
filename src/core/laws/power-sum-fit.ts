// Fits any member of the power-sum family by Huber's loss: which of its six numbers are free is all that differs.
import { type WarmStart, fitHuber } from './huber-fit.js';
import type { Minimum } from '../math/minimise.js';
import { type CentredLogs, RATE_D, RATE_N, SLOTS, logPowerSum } from './power-sum.js';

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
  const minimum = fitHuber(
    {
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
    },
    !Array.isArray(starts) ? starts : starts.map((start) => Float64Array.from(free, (slot) => start[slot]!)),
  );
  spread(minimum.at);
  return { theta, ...minimum };
}
