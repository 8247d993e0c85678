// What a judge knows beside the deviation that is open, and what that is priced by.
import { computeShare } from './compute-share.js';
import type { CurveJudge } from './curve-judge.js';
import { CARRIED, EXPECTED, FROZEN, ONSET_AT, SEEN, STEP, VALUE } from './judge-slots.js';
import type { Outside } from './outside.js';
import type { TrainingPosition } from './training-position.js';

/** The forecast's own error, in units of the curve's slope in log time. */
const FORECAST_ERROR = 0.1;
/** More than this is no decay's doing. */
const STEEPER = 1.2;

/**
 * @param s state of the judge
 * @param own its own curve and noise
 * @param whole those of the run, where `own` are of its difference to a reference
 */
export function outsideOf(
  s: Float64Array,
  { logTravelled: now, interval }: TrainingPosition,
  own: Pick<CurveJudge, 'fall' | 'deviation'>,
  whole: CurveJudge | null,
): Outside {
  const then = s[ONSET_AT]!;
  const [slow, fast] = whole ? whole.slopes() : [s[FROZEN + 1]!, s[FROZEN + 2]!];
  const fall = (whole ?? own).fall();
  return {
    step: s[STEP]!,
    interval,
    value: s[VALUE]!,
    expected: s[CARRIED]! + s[EXPECTED]!,
    deviation: own.deviation(),
    pointDeviation: (whole ?? own).deviation(),
    fall,
    error: FORECAST_ERROR * own.fall(),
    seen: s[SEEN]!,
    // In a decay the loss falls faster than the two powers of the compute have it: the curve's slope as it was counts, too.
    worth: (offset, at) => {
      const u = at === 'onset' ? then : now;
      const slope = slow * Math.exp(-0.1 * u) + fast * Math.exp(-0.6 * u);
      const steeper = Math.max(1, Math.min(STEEPER, fall / slope));
      return computeShare(steeper * slow, steeper * fast, u, offset);
    },
  };
}
