// What healthy language-model runs have in common, as a prior of the relaxation law.
import type { PathSettings } from './curve-path.js';
import type { RelaxationShape } from './relaxation.js';

/**
 * Prior of L = E + A·S^−α + K·h, losses in units of the present loss, with what the law leaves over: a slow and a fast
 * discrepancy, both exponential in log position; the slow one is larger the longer ago. E, α and K have a mixture of priors:
 * one for any run, one for each kind of runs seen before, weighted by how like them the run is and how well they explain it.
 */
export interface CurvePrior {
  path: PathSettings;
  /** Exponents tried. */
  alphas: readonly number[];
  shapes: readonly RelaxationShape[];
  anneal: AnnealPrior;
  slow: { deviation: number; length: number; past: number };
  fast: { deviation: number; length: number };
  /** How much the likeness of noise and of loss count, and the weight left where one has absolute rates, the other not. */
  likeness: { noise: number; loss: number; otherUnit: number };
  /** Power of the evidence's determinant: less than 1, since neighbouring values are no independent looks. */
  occam: number;
  kinds: readonly RunKind[];
}

/** Fall of the loss from the peak rate to none, as a share of the loss: what `RunKind.anneal` is a factor of. */
export interface AnnealPrior {
  mean: number;
  /** Power of the peak rate by which it grows, from a rate of 1e-3, where rates are absolute. */
  peakPower: number;
  /** Factor where rates are relative: their peak is no learning rate. */
  relative: number;
  /** Power of the present loss by which it falls, from a loss of 3. */
  lossPower: number;
}

/** Mean and standard deviation. */
export type Spread = readonly [mean: number, deviation: number];

/** One part of the mixture: runs of one kind. */
export interface RunKind {
  name: string;
  weight: number;
  alpha: Spread;
  floor: Spread;
  /** Factor of the expected anneal, and its deviation as a share of it. */
  anneal: Spread;
  /** What runs of this kind look like; null for the part that stands for any run. */
  looks: { absolute: boolean; logPeak: Spread; logLoss: Spread; logNoise: Spread } | null;
}

const ALPHAS = 17;
const [LEAST, MOST] = [0.06, 1.5];

/** Tuned with each source of runs left out in turn; see docs/lab-log.md. */
export const RELAX_SETTINGS: Omit<CurvePrior, 'kinds'> = {
  path: { start: 0.125, warmUp: 2.15, stretches: 36 },
  alphas: Array.from({ length: ALPHAS }, (_, i) => LEAST * Math.pow(MOST / LEAST, i / (ALPHAS - 1))),
  shapes: [0.43, 0.605, 0.78].flatMap((power) => [-0.13, 0.135, 0.4].map((tilt) => ({ power, tilt }))),
  anneal: { mean: 0.11, peakPower: 0.19, relative: 0.79, lossPower: 1.24 },
  slow: { deviation: 0.0067, length: 2.5, past: 1.7 },
  fast: { deviation: 0.0003, length: 0.06 },
  likeness: { noise: 1.1, loss: 1.3, otherUnit: 0.35 },
  occam: 0.95,
};

/** The part that stands for any run. */
export const ANY_RUN: RunKind = {
  name: 'any',
  weight: 0.8,
  alpha: [0.06, 2.6],
  floor: [1.18, 0.75],
  anneal: [1, 1.1],
  looks: null,
};
