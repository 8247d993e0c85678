// Which kind an open deviation is, from the shape of its residuals and how far the loss itself has risen.
import type { MonitorKind } from './monitor-types.js';
import type { Shape } from './residual-trail.js';

/** By their number in the stored state: new ones go to the end. */
export const KINDS: readonly MonitorKind[] = [
  'pending',
  'spike',
  'shift',
  'drift',
  'divergence',
  'plateau',
  'noisier',
  'better-than-predicted',
];
export const kindCode = (kind: MonitorKind): number => KINDS.indexOf(kind);

/** Points from which a large rise that does not fall back is a divergence. */
const LASTING = 20;
const PLATEAU_SHARE = 0.75;
/** Points from the onset beyond which nothing is a spike, however it falls back. */
export const LONGEST_SPIKE = 300;

/** What the kind of a deviation to the worse is told from; losses and sizes are logs. */
export interface KindLook {
  shape: Shape;
  /** Its size at the newest points, and its mean and its peak since it opened, all with the sign of the side. */
  now: number;
  mean: number;
  peak: number;
  /** How far the loss itself stands above the loss at the onset. */
  risen: number;
  /** Deviation of a single point. */
  deviation: number;
  /** Points since it opened, and since its onset. */
  followed: number;
  length: number;
  /** Points since it began, also where it settled in between and moved on. */
  lasted: number;
  /** Points of the run before the onset. */
  before: number;
  /** Slope of the curve in log time, positive. */
  fall: number;
}

/** The kind as it looks now; it may sharpen with more points. */
export function kindOf(look: KindLook): MonitorKind {
  const { shape, now, mean, peak, risen, deviation, followed, length, lasted, before, fall } = look;
  const high = risen > Math.max(0.3, 8 * deviation);
  if (high && followed >= LASTING && mean > 0.6 * peak) return 'divergence';
  // What takes this long to fall back was a level that heals.
  if (shape === 'spike') return lasted <= LONGEST_SPIKE ? 'spike' : 'shift';
  if (shape === 'step') return 'shift';
  // Of a divergence only what rises in absolute terms is worth the name.
  if (shape === 'growth' && risen > Math.max(0.02, deviation)) return 'divergence';
  if (risen > Math.max(0.1, 3 * deviation)) return 'divergence';
  return now > PLATEAU_SHARE * fall * Math.log1p(length / before) ? 'plateau' : 'drift';
}
