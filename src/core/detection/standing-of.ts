// How a metric's newest point stands against the forecast made for it, and why it is not judged where it is not.
import { CARRIED, EXPECTED, JUDGED, SEEN, STEP, VALUE } from './judge-slots.js';
import type { Standing } from './monitor-types.js';
import type { PointNoise } from './point-noise.js';

/** Points before the first that is judged. */
export const FIRST_JUDGED = 300;
const BAND = 1.645; // 90 %

/** @param s state of the metric's judge. Null before its first value */
export function standingOf(s: Float64Array, noise: PointNoise): Standing | null {
  if (s[SEEN] === 0 && s[STEP] === 0) return null;
  if (s[VALUE]! <= 0)
    return unjudged(
      s,
      s[JUDGED] === 1 ? 'abstaining' : 'warming-up',
      `only values above 0 can be judged, and the last is ${s[VALUE]}`,
    );
  const deviation = noise.deviation();
  if (!Number.isFinite(s[EXPECTED]!) || s[JUDGED] !== 1 || !(deviation > 0))
    return unjudged(s, 'warming-up', `too few points: ${s[SEEN]} of the ${FIRST_JUDGED} that a forecast is judged by`);
  const expected = s[CARRIED]! + s[EXPECTED]!;
  const half = BAND * noise.spread();
  return {
    step: s[STEP]!,
    observed: s[VALUE]!,
    expected: Math.exp(expected),
    lower: Math.exp(expected - half),
    upper: Math.exp(expected + half),
    sigma: s[VALUE]! > 0 ? (Math.log(s[VALUE]!) - s[CARRIED]! - s[EXPECTED]!) / deviation : null,
    state: 'judged',
    reason: null,
  };
}

/** The fields one by one, since it is said at many steps: to copy them from another object takes ten times as long. */
const unjudged = (s: Float64Array, state: 'abstaining' | 'warming-up', reason: string): Standing => ({
  step: s[STEP]!,
  observed: s[VALUE]!,
  expected: null,
  lower: null,
  upper: null,
  sigma: null,
  state,
  reason,
});
