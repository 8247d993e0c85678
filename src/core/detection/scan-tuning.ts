// What healthy curves have in common, as the scan of a curve takes it: of a loss, and of a difference to a finished run.

/** What the coefficients of a curve are before it is looked at: deviations of its slopes and of what a decay brings. */
export interface CurvePrior {
  /** Wander per unit of decay. */
  decay: number;
  slow: number;
  fast: number;
  kMean: number;
  kDeviation: number;
}

/** What the corpus says of healthy curves: see docs/detection.md. */
export const TUNING = {
  /** Wander of the level and of the slope of log loss per root of log time, in units of the curve's own slope. */
  step: { level: 0.13, slope: 0 },
  bend: { level: 0.13, slope: 0.2 },
  decay: 0.01,
  slow: 0.2,
  fast: 0.35,
  kMean: 0.033,
  kDeviation: 0.06,
  floor: 0.0005,
  leastSlope: 0.02,
};
/** What the corpus says of how far curves stray counts as so many bins, beside the run's own before an onset. */
export const USUAL_BINS = 20;
/** The same of the difference to a run that read the same batches. */
export const COMPARED = {
  step: { level: 0.13, slope: 0 },
  bend: { level: 0.13, slope: 0.2 },
  decay: 0.01,
  slow: 0.1,
  fast: 0.2,
  kMean: 0,
  kDeviation: 0.03,
  leastSlope: 0.001,
  /** Least slope as a share of the whole curve's. */
  share: 0.03,
  /** The difference's own wander, as its bins show it, counts this many times. */
  own: 1.5,
  /** And so does how far it roamed, per unit of log time. */
  roam: 0.8,
  /** Spikes must be this much clearer: at the end of a decay the difference jumps by itself. */
  spike: 2.4,
  /** And steps and bends this much: two curves drift apart by themselves. */
  stepSlack: 1.9,
  bendSlack: 1.9,
  /** More yet where they parted in the first half of what was compared: early on runs of other settings part by themselves. */
  far: 0.5,
  farSlack: 3.1,
};
/**
 * The same of a run that was a finished one to the last digit before they parted: all it may do then is stray as runs of
 * other seeds do, by `wander` per root of log time in units of the whole curve's slope.
 */
export const TWIN = { decay: 0.001, slow: 0.005, fast: 0.01, kMean: 0, kDeviation: 0.001, wander: 0.06 };
