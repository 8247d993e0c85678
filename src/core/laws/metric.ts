// What a law is fitted to where the metric is no loss: the distance that is left to the best it can be.

/** Which way is better, and the value that no run gets past: 0 for losses and error rates, 1 for accuracy, 100 for BLEU. */
export interface Metric {
  direction: 'lower' | 'higher';
  floor: number;
}

/** A loss or an error rate as it is. */
export const PLAIN_METRIC: Metric = { direction: 'lower', floor: 0 };

/** What is left to the floor: falls as runs get better, whatever the metric does. Not above 0 for a value past the floor. */
export const leftOf = ({ direction, floor }: Metric, value: number): number =>
  direction === 'lower' ? value - floor : floor - value;

/** The metric's value at what is left. */
export const valueOf = ({ direction, floor }: Metric, left: number): number =>
  direction === 'lower' ? floor + left : floor - left;

/** A said value with its bounds, in the metric's own unit; the lower bound is the lower number. */
export function inMetric<T extends { loss: number; lower: number; upper: number }>(
  metric: Metric | undefined,
  said: T,
): T {
  if (!metric) return said;
  const [one, other] = [valueOf(metric, said.lower), valueOf(metric, said.upper)];
  return { ...said, loss: valueOf(metric, said.loss), lower: Math.min(one, other), upper: Math.max(one, other) };
}
