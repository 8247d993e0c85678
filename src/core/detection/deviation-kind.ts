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
/** Rise in log loss that is large at any rate, and one that is with any noise. */
const HIGH = 0.3;
const HIGHEST = 1;
const PLATEAU_SHARE = 0.75;
/** How much better, by the information criterion, another shape must fit before a kind that was told is taken back. */
const TAKEN_BACK = 3;

/** What the kind of a deviation to the worse is told from; losses and sizes are logs. */
export interface KindLook {
  shape: Shape;
  /** By how much its criterion beats that of the next best shape. */
  lead: number;
  /** Its size at the newest points, and its mean and its peak since it opened, all with the sign of the side. */
  now: number;
  mean: number;
  peak: number;
  /** Whether it had settled at a new level and moves again: what is looked at is the newest movement. */
  again: boolean;
  /** How far the loss itself stands above the loss at the onset. */
  risen: number;
  /** Deviation of a single point of the loss. */
  deviation: number;
  /** Points since its onset, and of them those of the newest movement. */
  age: number;
  length: number;
  /** Points of the run before the onset. */
  before: number;
  /** Slope of the curve in log time, positive. */
  fall: number;
}

/** The kind as it looks now, after `told`: it may sharpen with more points, and is taken back only on clear evidence. */
export function kindOf(told: MonitorKind, look: KindLook): MonitorKind {
  if (isHigh(look)) return 'divergence';
  if (look.again) return told;
  const kind = bestKind(look);
  if (told === 'pending') return kind;
  return look.lead < TAKEN_BACK ? told : kind;
}

/** However flat the loss becomes up there. */
const isHigh = ({ risen, deviation, age, mean, peak }: KindLook): boolean =>
  risen > Math.max(HIGH, Math.min(HIGHEST, 8 * deviation)) && age >= LASTING && mean > 0.6 * peak;

function bestKind(look: KindLook): MonitorKind {
  const { shape, now, risen, deviation, length, before, fall } = look;
  if (shape === 'spike') return 'spike';
  if (shape === 'step') return 'shift';
  // Of a divergence only what rises in absolute terms is worth the name.
  if (shape === 'growth' && risen > Math.max(0.02, deviation)) return 'divergence';
  if (risen > Math.max(0.1, 3 * deviation)) return 'divergence';
  return now > PLATEAU_SHARE * fall * Math.log1p(length / before) ? 'plateau' : 'drift';
}
