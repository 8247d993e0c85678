// Summary of a metric's past in a fixed number of bins of equal width in steps, doubled in width whenever they are full.

/** Most bins kept; between half of them and all are in use once there are enough points. */
export const BINS = 128;
const FIELDS = 6;
const COUNT = 0;
const STEP = 1;
const VALUE = 2;
/** Mean square of the distance from the mean. */
const VARIANCE = 3;
const POSITION = 4;
const RATE = 5;

const WIDTH = 0;
const ORIGIN = 1;
/** Index of the bin that is being filled, plus 1. */
const USED = 2;
const OPEN = 3;
const HEAD = OPEN + FIELDS;
/** Numbers of state that belong to the caller. Full bins are kept in half of the bytes: they are means, and need no more. */
export const BINS_SIZE = HEAD + (BINS * FIELDS) / 2;

/** Means over one bin. `spread` is the standard deviation of single values within it, NaN for fewer than three. */
export interface Bin {
  count: number;
  step: number;
  value: number;
  spread: number;
  /** Position in training, a sum over learning rates. */
  position: number;
  rate: number;
}

/** Bins over state that belongs to the caller, so that it can be kept bit for bit. */
export class CurveBins {
  private readonly full: Float32Array;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.full = new Float32Array(state.buffer, state.byteOffset + 8 * (offset + HEAD), BINS * FIELDS);
  }

  /** Adds one value, at or after the newest step. A step past the last bin makes room by joining neighbours. */
  add(step: number, value: number, position: number, rate: number, interval: number): void {
    const { state, offset: o } = this;
    if (state[o + WIDTH] === 0) {
      state[o + WIDTH] = Math.max(interval, 1e-9);
      state[o + ORIGIN] = step;
    }
    let index = this.indexOf(step);
    if (index >= BINS) {
      this.close();
      while (index >= BINS) {
        this.halve();
        index = this.indexOf(step);
      }
      this.reopen();
    }
    if (index + 1 > state[o + USED]!) {
      this.close();
      state[o + USED] = index + 1;
    }
    const at = o + OPEN;
    const count = (state[at + COUNT]! += 1);
    const off = value - state[at + VALUE]!;
    state[at + VALUE]! += off / count;
    state[at + VARIANCE]! += (off * (value - state[at + VALUE]!) - state[at + VARIANCE]!) / count;
    state[at + STEP]! += (step - state[at + STEP]!) / count;
    state[at + POSITION]! += (position - state[at + POSITION]!) / count;
    state[at + RATE]! += (rate - state[at + RATE]!) / count;
  }

  /** The first rate was told: it is the unit of all positions before it, and the rate there. */
  inUnitOf(rate: number, pace: number): void {
    const { state, offset: o, full } = this;
    for (let at = 0; at < full.length; at += FIELDS) {
      full[at + POSITION]! *= pace;
      if (full[at + COUNT]! > 0) full[at + RATE] = rate;
    }
    state[o + OPEN + POSITION]! *= pace;
    if (state[o + OPEN + COUNT]! > 0) state[o + OPEN + RATE] = rate;
  }

  /** Forgets what came after `step`; a bin that reaches across it keeps its share. */
  truncate(step: number): void {
    const { state, offset: o } = this;
    if (state[o + WIDTH] === 0) return;
    const keep = Math.max(0, Math.ceil((step - state[o + ORIGIN]!) / state[o + WIDTH]!));
    if (keep >= state[o + USED]!) return;
    this.close();
    this.full.fill(0, keep * FIELDS);
    state[o + USED] = keep;
    if (keep === 0) state.fill(0, o, o + HEAD);
    else this.reopen();
  }

  /** Position in training at `step` by interpolation between bins; NaN without any. */
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
    return before === null ? NaN : before.position;
  }

  /** Mean step of the bin that is being filled; -1 without one. */
  get newest(): number {
    const at = this.offset + OPEN;
    return this.state[at + COUNT]! > 0 ? this.state[at + STEP]! : -1;
  }

  /** Number of values in all bins. */
  get points(): number {
    let sum = this.state[this.offset + OPEN + COUNT]!;
    for (let at = COUNT; at < this.full.length; at += FIELDS) sum += this.full[at]!;
    return sum;
  }

  /** Filled bins in order of step. */
  read(): Bin[] {
    const { state, offset: o, full } = this;
    const bins: Bin[] = [];
    const used = state[o + USED]!;
    for (let i = 0; i + 1 < used; i++) if (full[i * FIELDS + COUNT]! > 0) bins.push(binAt(full, i * FIELDS));
    if (state[o + OPEN + COUNT]! > 0) bins.push(binAt(state, o + OPEN));
    return bins;
  }

  private indexOf(step: number): number {
    const { state, offset: o } = this;
    return Math.max(0, Math.floor((step - state[o + ORIGIN]!) / state[o + WIDTH]!));
  }

  /** The bin that was being filled goes to the full ones. */
  private close(): void {
    const { state, offset: o, full } = this;
    const to = (state[o + USED]! - 1) * FIELDS;
    if (to < 0) return;
    for (let f = 0; f < FIELDS; f++) full[to + f] = state[o + OPEN + f]!;
    state.fill(0, o + OPEN, o + OPEN + FIELDS);
  }

  /** The last of the full bins is filled further. */
  private reopen(): void {
    const { state, offset: o, full } = this;
    const from = (state[o + USED]! - 1) * FIELDS;
    for (let f = 0; f < FIELDS; f++) {
      state[o + OPEN + f] = full[from + f]!;
      full[from + f] = 0;
    }
  }

  /** Joins neighbours; all bins are closed. */
  private halve(): void {
    const { state, offset: o, full } = this;
    for (let i = 0; i < BINS / 2; i++) join(full, 2 * i * FIELDS, (2 * i + 1) * FIELDS, i * FIELDS);
    full.fill(0, (BINS / 2) * FIELDS);
    state[o + WIDTH]! *= 2;
    state[o + USED] = (state[o + USED]! + 1) >> 1;
  }
}

function binAt(from: Float64Array | Float32Array, at: number): Bin {
  const count = from[at + COUNT]!;
  return {
    count,
    step: from[at + STEP]!,
    value: from[at + VALUE]!,
    spread: count >= 3 ? Math.sqrt((Math.max(from[at + VARIANCE]!, 0) * count) / (count - 1)) : NaN,
    position: from[at + POSITION]!,
    rate: from[at + RATE]!,
  };
}

function join(full: Float32Array, a: number, b: number, to: number): void {
  const [left, right] = [full[a + COUNT]!, full[b + COUNT]!];
  const count = left + right;
  if (count === 0) return void full.fill(0, to, to + FIELDS);
  const [wa, wb] = [left / count, right / count];
  const apart = full[b + VALUE]! - full[a + VALUE]!;
  const variance = wa * full[a + VARIANCE]! + wb * full[b + VARIANCE]! + wa * wb * apart * apart;
  for (const f of [STEP, VALUE, POSITION, RATE]) full[to + f] = wa * full[a + f]! + wb * full[b + f]!;
  full[to + COUNT] = count;
  full[to + VARIANCE] = variance;
}
