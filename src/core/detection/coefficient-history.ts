// Earlier coefficients of a forecast, so that a deviation is measured against what was foreseen before it began.
import { FEATURES } from './training-position.js';

const KEPT = 8;
const GROWTH = 1.06;
const NEXT = 0;
const DONE = 1;
const HEAD = 2;
const FIELDS = FEATURES + 1; // count, coefficients
export const HISTORY_SIZE = HEAD + KEPT * FIELDS;

/** The coefficients at the last eight places where the past had grown by 6 %. */
export class CoefficientHistory {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Keeps `coefficients` (at `from` of `source`) where it is time to; `count` is the number of points learnt. */
  offer(count: number, source: Float64Array, from: number): void {
    const { state, offset: o } = this;
    if (count < state[o + NEXT]!) return;
    state[o + NEXT] = Math.max(count + 1, count * GROWTH);
    const at = o + HEAD + (state[o + DONE]!++ % KEPT) * FIELDS;
    state[at] = count;
    for (let i = 0; i < FEATURES; i++) state[at + 1 + i] = source[from + i]!;
  }

  /** Copies the newest coefficients from before `count` points to `to` of `target`; the oldest kept where none is. */
  before(count: number, target: Float64Array, to: number): void {
    const { state, offset: o } = this;
    const done = state[o + DONE]!;
    const oldest = Math.max(0, done - KEPT);
    let chosen = oldest;
    for (let i = done - 1; i >= oldest; i--)
      if (state[o + HEAD + (i % KEPT) * FIELDS]! <= count) {
        chosen = i;
        break;
      }
    if (done === 0) return;
    const at = o + HEAD + (chosen % KEPT) * FIELDS;
    for (let i = 0; i < FEATURES; i++) target[to + i] = state[at + 1 + i]!;
  }

  /** The level has moved for good. */
  rebase(shift: number): void {
    const { state, offset: o } = this;
    for (let i = 0; i < Math.min(KEPT, state[o + DONE]!); i++) state[o + HEAD + i * FIELDS + 1]! += shift;
  }
}
