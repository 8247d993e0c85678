// Follows the gradient's norm: whether it left its usual size, and since when.
import { SCALE_SIZE, learnScale, scaleAt, scaleCount } from '../robust-scale.js';

const SEEN = 0;
const BASE = 1; // usual log
const SCALE = 2;
const BEGAN = SCALE + SCALE_SIZE; // step of the excursion's first point
const NEWEST = BEGAN + 1; // and of its newest
const POINTS = BEGAN + 2;
const PEAK = BEGAN + 3; // largest log above the usual
const BAD = BEGAN + 4; // newest step at which it was no number
export const GRADIENT_SIZE = BEGAN + 5;

const FIRST = 30;
const MEMORY = 200;
const DEVIATIONS = 6;
const LEAST = Math.log(1.5);
const CLIP = 3;
/** Points without one after which an excursion is over. */
const APART = 50;
/** A single point counts from here on. */
const ALONE = 3;

export class GradientWatch {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** @param interval usual number of steps between points */
  push(norm: number, step: number, interval: number): void {
    const { state, offset: o } = this;
    if (!Number.isFinite(norm)) state[o + BAD] = step;
    if (!(norm > 0) || norm === Infinity) return;
    const y = Math.log(norm);
    const seen = ++state[o + SEEN]!;
    if (seen === 1) state[o + BASE] = y;
    const away = y - state[o + BASE]!;
    const scale = scaleAt(state, o + SCALE);
    learnScale(state, o + SCALE, away, MEMORY);
    const most = scaleCount(state, o + SCALE) > FIRST ? CLIP * scale : Infinity;
    state[o + BASE]! += Math.max(-most, Math.min(most, away)) / Math.min(seen, MEMORY);
    if (seen <= FIRST || !(away > Math.max(LEAST, DEVIATIONS * scale))) return;
    if (state[o + POINTS] === 0 || step - state[o + NEWEST]! > APART * interval) {
      state[o + BEGAN] = step;
      state[o + POINTS] = state[o + PEAK] = 0;
    }
    state[o + NEWEST] = step;
    state[o + POINTS]!++;
    state[o + PEAK] = Math.max(state[o + PEAK]!, away);
  }

  /** What it says of something that began at about `onset` and was found at `found`, `near` steps around the onset. */
  hint(onset: number, found: number, near: number): string | null {
    const { state, offset: o } = this;
    const bad = state[o + BAD]!;
    if (bad > 0 && bad >= onset - near && bad <= onset + near) return `grad_norm was not finite at step ${bad}`;
    const [began, newest] = [state[o + BEGAN]!, state[o + NEWEST]!];
    const times = Math.exp(state[o + PEAK]!);
    if (state[o + POINTS] === 0 || newest < onset - near || began > onset + near) return null;
    if (state[o + POINTS] === 1 && times < ALONE) return null;
    // An onset is known to some steps only: what lies between it and the finding is told by the latter.
    const when =
      began < onset
        ? `${onset - began} steps before the loss`
        : began < found
          ? `${found - began} steps before the loss was found to stray`
          : 'after the loss';
    return `grad_norm rose to ${times.toPrecision(2)} times its usual from step ${began} on, ${when}`;
  }
}
