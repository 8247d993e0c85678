// Quantiles of Student's t: how wide an interval must be when its scale is itself an estimate.
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** The t with half of `1 − level` of the probability above it. */
export const centralT = (level: number, degreesOfFreedom: number): number =>
  tQuantile((1 + level) / 2, degreesOfFreedom);
