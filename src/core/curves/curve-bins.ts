// Summary of a metric's past in a fixed number of bins of equal width in steps, doubled in width whenever they are full.

/** Most bins kept; between half of them and all are in use once there are enough points. */
export const BINS = 160;
const FIELDS = 6;
const COUNT = 0;
const STEP = 1;
const VALUE = 2;
const SQUARE = 3;
const POSITION = 4;
const RATE = 5;

const WIDTH = 0;
const ORIGIN = 1;
const USED = 2;
const HEAD = 3;
export const BINS_SIZE = HEAD + BINS * FIELDS;

/** Means over one bin. `spread` is the standard deviation of single values within it, NaN for fewer than three. */
export interface Bin {
  count: number;
  step: number;
  value: number;
  spread: number;
  /** Cumulative learning rate. */
  position: number;
  rate: number;
}

/** Bins over state that belongs to the caller, so that it can be kept bit for bit. */
export class CurveBins {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Adds one value. A step past the last bin makes room by joining neighbours. */
  add(step: number, value: number, position: number, rate: number, interval: number): void {
    const { state, offset: o } = this;
    if (state[o + WIDTH] === 0) {
      state[o + WIDTH] = Math.max(interval, 1e-9);
      state[o + ORIGIN] = step;
    }
    let index = Math.floor((step - state[o + ORIGIN]!) / state[o + WIDTH]!);
    if (index < 0) index = 0;
    while (index >= BINS) {
      this.halve();
      index = Math.floor((step - state[o + ORIGIN]!) / state[o + WIDTH]!);
    }
    state[o + USED] = Math.max(state[o + USED]!, index + 1);
    const at = o + HEAD + index * FIELDS;
    state[at + COUNT]! += 1;
    state[at + STEP]! += step;
    state[at + VALUE]! += value;
    state[at + SQUARE]! += value * value;
    state[at + POSITION]! += position;
    state[at + RATE]! += rate;
  }

  /** Forgets what came after `step`; a bin that reaches across it keeps its share. */
  truncate(step: number): void {
    const { state, offset: o } = this;
    if (state[o + WIDTH] === 0) return;
    const keep = Math.max(0, Math.ceil((step - state[o + ORIGIN]!) / state[o + WIDTH]!));
    if (keep >= state[o + USED]!) return;
    state.fill(0, o + HEAD + keep * FIELDS, o + HEAD + BINS * FIELDS);
    state[o + USED] = keep;
    if (keep === 0) state.fill(0, o, o + HEAD);
  }

  /** Cumulative learning rate at `step` by interpolation between bins; NaN without any. */
  positionAt(step: number): number {
    let before: Bin | null = null;
    for (const bin of this.read()) {
      if (bin.step >= step)
        return before === null
          ? bin.position * (bin.step > 0 ? Math.max(step, 0) / bin.step : 1)
          : before.position +
              ((bin.position - before.position) * (step - before.step)) / Math.max(bin.step - before.step, 1e-9);
      before = bin;
    }
    return before === null ? NaN : before.position + before.rate * (step - before.step);
  }

  /** Filled bins in order of step. */
  read(): Bin[] {
    const { state, offset: o } = this;
    const bins: Bin[] = [];
    for (let i = 0; i < state[o + USED]!; i++) {
      const at = o + HEAD + i * FIELDS;
      const count = state[at + COUNT]!;
      if (count === 0) continue;
      const value = state[at + VALUE]! / count;
      const variance = (state[at + SQUARE]! - count * value * value) / (count - 1);
      bins.push({
        count,
        step: state[at + STEP]! / count,
        value,
        spread: count >= 3 ? Math.sqrt(Math.max(variance, 0)) : NaN,
        position: state[at + POSITION]! / count,
        rate: state[at + RATE]! / count,
      });
    }
    return bins;
  }

  private halve(): void {
    const { state, offset: o } = this;
    const first = o + HEAD;
    for (let i = 0; i < BINS; i++) {
      const from = first + i * FIELDS;
      const to = first + (i >> 1) * FIELDS;
      for (let f = 0; f < FIELDS; f++) {
        const moved = state[from + f]!;
        if (from !== to) state[from + f] = 0;
        if ((i & 1) === 1) state[to + f]! += moved;
        else if (from !== to) state[to + f] = moved;
      }
    }
    state[o + WIDTH]! *= 2;
    state[o + USED] = (state[o + USED]! + 1) >> 1;
  }
}
