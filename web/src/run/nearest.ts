// The point of a chart's curves that lies nearest to a place on its axis.
import type { Trace } from '../chart/chart-spec.js';

export interface NearPoint {
  trace: Trace;
  index: number;
}

/** Of the newest attempt first; of older ones where it has nothing within reach. Null where there is no point at all. */
export function nearest(traces: readonly Trace[], x: number, reach: number): NearPoint | null {
  let best: NearPoint | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const trace of traces.toReversed()) {
    const index = nearestIndex(trace.x, x);
    if (index < 0) continue;
    const away = Math.abs(trace.x[index]! - x);
    if (best === null || away < distance) {
      best = { trace, index };
      distance = away;
    }
    if (away <= reach) break;
  }
  return best;
}

function nearestIndex(xs: readonly number[], x: number): number {
  if (xs.length === 0) return -1;
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  // Beyond the end every point is equally far: the last one is meant.
  return Math.abs(xs[low]! - x) < Math.abs(xs[high]! - x) ? low : high;
}
