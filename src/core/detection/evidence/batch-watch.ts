// Follows the tokens of a step: a batch that changed its size changes the noise, and with it the loss.
const STEP = 0;
const TOKENS = 1;
const SIZE = 2; // usual tokens a step
const OTHER = 3; // points in a row with another size
const SINCE = 4;
const CHANGED = 5; // step of the newest change
const BEFORE = 6;
export const BATCH_SIZE = 7;

const TOLERANCE = Math.log(1.15);
const LEAST = 3;

export class BatchWatch {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  push(tokens: number, step: number): void {
    const { state, offset: o } = this;
    const moved = step - state[o + STEP]!;
    const size = (tokens - state[o + TOKENS]!) / moved;
    const first = state[o + TOKENS] === 0;
    state[o + STEP] = step;
    state[o + TOKENS] = tokens;
    if (first || !(moved > 0) || !(size > 0)) return;
    if (state[o + SIZE] === 0) state[o + SIZE] = size;
    if (Math.abs(Math.log(size / state[o + SIZE]!)) <= TOLERANCE) {
      state[o + OTHER] = 0;
      return;
    }
    if (++state[o + OTHER]! === 1) state[o + SINCE] = step;
    if (state[o + OTHER]! < LEAST) return;
    state[o + CHANGED] = state[o + SINCE]!;
    state[o + BEFORE] = state[o + SIZE]!;
    state[o + SIZE] = size;
    state[o + OTHER] = 0;
  }

  /** The count goes on from another place. */
  interrupt(): void {
    this.state[this.offset + TOKENS] = 0;
  }

  hint(onset: number, near: number): string | null {
    const { state, offset: o } = this;
    const changed = state[o + CHANGED]!;
    if (changed === 0 || Math.abs(changed - onset) > near) return null;
    const [before, now] = [state[o + BEFORE]!, state[o + SIZE]!].map((size) =>
      Math.round(size).toLocaleString('en-US'),
    );
    return `a step has ${now} tokens since step ${changed}, before ${before}`;
  }
}
