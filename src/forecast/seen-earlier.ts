// A finished run as it looked when it was younger, from its bins.
import type { SeenCurve } from '../core/curves/curve-forecast.js';

/** A finished run as it was seen at a share of its steps; null where that is before its first bins. */
export function seenEarlier(whole: SeenCurve, share: number): SeenCurve | null {
  const at = share * whole.at;
  const bins = whole.bins.filter((_, i) => (whole.bins[i + 1]?.step ?? Infinity) <= at);
  const last = bins.at(-1);
  if (!last) return null;
  const next = whole.bins[bins.length]!;
  const part = (at - last.step) / Math.max(next.step - last.step, 1e-9);
  return {
    bins,
    points: bins.reduce((sum, { count }) => sum + count, 0),
    at,
    travelled: last.position + part * (next.position - last.position),
    rateKnown: whole.rateKnown,
    rateAt: (step) => rateBetween(whole, step),
  };
}

/** Rate at a step of a finished run, from its bins. */
function rateBetween({ bins }: SeenCurve, step: number): number {
  const right = bins.findIndex((bin) => bin.step >= step);
  if (right < 0) return bins.at(-1)!.rate;
  if (right === 0) return bins[0]!.rate;
  const [a, b] = [bins[right - 1]!, bins[right]!];
  return a.rate + ((b.rate - a.rate) * (step - a.step)) / Math.max(b.step - a.step, 1e-9);
}
