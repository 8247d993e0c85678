// What healthy language-model runs have in common, as a prior of the relaxation law.
import type { PathSettings } from './curve-path.js';
import type { RelaxationShape } from './relaxation.js';

/**
 * Prior of L = E + A·S^−α + K·h, losses in units of the present loss, with what the law leaves over: a slow and a fast
 * discrepancy, both exponential in log position; the slow one is larger the longer ago.
 */
export interface CurvePrior {
  path: PathSettings;
  /** Exponents tried, and their prior. */
  alphas: readonly number[];
  alphaMean: number;
  alphaDeviation: number;
  shapes: readonly RelaxationShape[];
  floorMean: number;
  floorDeviation: number;
  anneal: AnnealPrior;
  slow: { deviation: number; length: number; past: number };
  fast: { deviation: number; length: number };
}

/** Fall of the loss from the peak rate to none, as a share of the loss. */
export interface AnnealPrior {
  mean: number;
  /** As a share of the mean. */
  deviation: number;
  /** Power of the peak rate by which the mean grows, from a rate of 1e-3, where rates are absolute. */
  peakPower: number;
  /** Factor where rates are relative: their peak is no learning rate. */
  relative: number;
  /** Power of the present loss by which the mean falls, from a loss of 3. */
  lossPower: number;
}

const ALPHAS = 17;
const [LEAST, MOST] = [0.06, 1.5];

export const RELAX_PRIOR: CurvePrior = {
  path: { start: 0.29, warmUp: 3, stretches: 36 },
  alphas: Array.from({ length: ALPHAS }, (_, i) => LEAST * Math.pow(MOST / LEAST, i / (ALPHAS - 1))),
  alphaMean: 0.4,
  alphaDeviation: 0.4,
  shapes: [0.5, 0.7, 0.9].flatMap((power) => [-0.1, 0.15, 0.4].map((tilt) => ({ power, tilt }))),
  floorMean: 0.86,
  floorDeviation: 0.59,
  anneal: { mean: 0.12, deviation: 0.36, peakPower: 0.2, relative: 0.77, lossPower: 0.86 },
  slow: { deviation: 0.0067, length: 1, past: 1.15 },
  fast: { deviation: 0.003, length: 0.05 },
};
