// The quantile of the standard normal distribution.
import quantile from '@stdlib/stats-base-dists-normal-quantile';

/** z with P(Z ≤ z) = p for a standard normal Z. */
export function normalQuantile(p: number): number {
  return quantile(p, 0, 1);
}
