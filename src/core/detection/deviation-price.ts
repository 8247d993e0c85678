// What a deviation costs: the share of the compute so far that brings the run as far back on its own curve, with its error.
import type { MonitorEstimate, MonitorKind } from './monitor-types.js';
import type { Outside } from './outside.js';

/** Of the square of the evidence this much is luck: on planted losses of compute, what is found reads too large by it. */
const LUCK = 8;
const LEAST_KEPT = 0.4;
/** Error of the curve's slope, as a share of it. */
const SLOPE_ERROR = 0.35;
const BAND = 1.645; // 90 %
/** What becomes worse with each step. */
const GROWING: ReadonlySet<MonitorKind> = new Set(['drift', 'plateau', 'divergence']);

/** What is known of a deviation's size. */
export interface Sized {
  kind: MonitorKind;
  /** In log loss. */
  size: number;
  /** Deviations of the test that found it. */
  evidence: number;
  /** How many points its size is a mean of. */
  points: number;
}

/** The share with its 90 % interval, null where the curve is too flat to say. */
export function priceOf({ kind, size: seen, evidence, points }: Sized, outside: Outside): MonitorEstimate | null {
  // What was just large enough to be seen is on average smaller than it looks.
  const size = seen * Math.max(LEAST_KEPT, 1 - LUCK / (evidence * evidence));
  const error = Math.hypot(outside.deviation / Math.sqrt(points), outside.error, SLOPE_ERROR * size);
  // A level that was lost at once is worth what it took when it was lost; what grows, what the run lacks now.
  const at = GROWING.has(kind) ? 'now' : 'onset';
  const [value, lower, upper] = [0, -BAND, BAND].map((times) => outside.worth(size + times * error, at));
  if (value == null || lower == null || upper == null) return null;
  return { value, lower, upper };
}
