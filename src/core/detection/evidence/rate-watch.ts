// Follows the logged learning rate: sudden changes, and whether it is the planned one.
const SEEN = 0;
const LAST = 1;
const PEAK = 2;
const CHANGED = 3; // step of the newest sudden change
const FROM = 4;
const TO = 5;
const OFF = 6; // looks in a row that found it off the plan
const OFF_SINCE = 7;
const OFF_TIMES = 8;
const TOLD = 9; // first step at which log and plan were found to differ
export const RATE_SIZE = 10;

/** Rates below this share of the highest fall fast by themselves. */
const LOW = 0.05;
const SUDDEN = 1.4;
const TOLERANCE = 1.1;
/** Records between two looks at the plan, and looks in a row that must find the log off it. */
const EACH = 8;
const LEAST = 2;
const FIRST = 20;

export class RateWatch {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** @param planned rate by the plan at a step; NaN where there is none. Asked for each eighth record: it costs a cosine. */
  push(rate: number, step: number, planned: (step: number) => number): void {
    const { state, offset: o } = this;
    if (!(rate >= 0) || rate === Infinity) return;
    const last = state[o + LAST]!;
    state[o + LAST] = rate;
    const seen = ++state[o + SEEN]!;
    const low = LOW * state[o + PEAK]!;
    if (rate > state[o + PEAK]!) state[o + PEAK] = rate;
    if (seen <= FIRST) return;
    if (Math.max(rate, last) > low && (rate > SUDDEN * last || last > SUDDEN * rate)) {
      // A step that was planned is told as well: the loss answers to it all the same.
      state[o + CHANGED] = step;
      state[o + FROM] = last;
      state[o + TO] = rate;
    }
    if (seen % EACH !== 0) return;
    const expected = planned(step);
    const times = expected > low && rate > 0 ? rate / expected : 1;
    if (times <= TOLERANCE && times >= 1 / TOLERANCE) {
      state[o + OFF] = 0;
      return;
    }
    if (++state[o + OFF]! === 1) state[o + OFF_SINCE] = step;
    state[o + OFF_TIMES] = times;
    if (state[o + OFF] === LEAST && state[o + TOLD] === 0) state[o + TOLD] = state[o + OFF_SINCE]!;
  }

  /** First step at which the log was found to differ from the plan; 0 where it never did. */
  get contradictedSince(): number {
    return this.state[this.offset + TOLD]!;
  }

  /** Rates were logged, and all were 0. */
  get zeros(): boolean {
    return this.state[this.offset + SEEN]! > 0 && this.state[this.offset + PEAK] === 0;
  }

  hints(onset: number, near: number): string[] {
    const { state, offset: o } = this;
    const said: string[] = [];
    const changed = state[o + CHANGED]!;
    if (changed > 0 && Math.abs(changed - onset) <= near) {
      const [from, to] = [state[o + FROM]!, state[o + TO]!].map((rate) => rate.toPrecision(2));
      said.push(`the learning rate went from ${from} to ${to} at step ${changed}`);
    }
    if (state[o + OFF]! >= LEAST)
      said.push(
        `the logged learning rate is ${state[o + OFF_TIMES]!.toPrecision(2)} times the planned one since step ${state[o + OFF_SINCE]}`,
      );
    return said;
  }
}
