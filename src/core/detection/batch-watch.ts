// Follows the size of a run's batches, by the plan or by the tokens logged: a batch that changes, changes the noise, and with it the loss.
import type { PlannedBatches } from './monitor-types.js';

const STEP = 0;
const TOKENS = 1;
const SIZE = 2; // tokens a step
const OTHER = 3; // points in a row with another size
const SINCE = 4;
const CHANGED = 5; // step of the newest change
const BEFORE = 6;
const FIRST = 7; // what `cooling` counts from
const BY_PLAN = 8; // 1 where the size is the planned one, since no tokens were logged so far
const FOUND = 9; // the other size
export const BATCH_SIZE = 10;

const TOLERANCE = 1.15;
/** Points in a row that must agree on another size: where samples are packed, the tokens of a step differ by themselves. */
const LEAST = 8;
/** They agree where they are this near to each other. */
const AGREES = 1.05;
/** As many are worth a hint. */
const HINTS = 3;
/** Power of the batch by which it cools: with Adam a batch k times as large is as quiet as a rate smaller by √k (Malladi et al. 2022). */
const COOLING = 0.5;

export class BatchWatch {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /**
   * @param tokens seen so far, NaN where they are not logged
   * @param planned tokens of a step, which count as long as none are logged; NaN where none are planned
   * @returns the new size over the old one where the batch is found to have grown, or to have shrunk as planned; else 1
   */
  push(tokens: number, planned: number, step: number): number {
    const { state, offset: o } = this;
    if (tokens > 0) return this.logged(tokens, planned, step);
    if (!(planned > 0) || (state[o + SIZE]! > 0 && state[o + BY_PLAN] === 0)) return 1;
    state[o + BY_PLAN] = 1;
    if (state[o + SIZE] === 0) state[o + SIZE] = state[o + FIRST] = planned;
    return alike(planned, state[o + SIZE]!) ? 1 : this.change(planned, step);
  }

  private logged(tokens: number, planned: number, step: number): number {
    const { state, offset: o } = this;
    const moved = step - state[o + STEP]!;
    const size = (tokens - state[o + TOKENS]!) / moved;
    const first = state[o + TOKENS] === 0;
    state[o + STEP] = step;
    state[o + TOKENS] = tokens;
    if (first || !(moved > 0) || !(size > 0)) return 1;
    if (state[o + BY_PLAN] === 1) {
      // What was planned until now keeps its ratio: the log may count otherwise.
      state[o + FIRST]! *= size / state[o + SIZE]!;
      state[o + SIZE] = size;
      state[o + BY_PLAN] = 0;
    }
    if (state[o + SIZE] === 0) state[o + SIZE] = state[o + FIRST] = size;
    if (alike(size, state[o + SIZE]!)) {
      state[o + OTHER] = 0;
      return 1;
    }
    if (state[o + OTHER] === 0 || !alike(size, state[o + FOUND]!, AGREES)) {
      state[o + OTHER] = 0;
      state[o + SINCE] = step;
      state[o + FOUND] = size;
    }
    if (++state[o + OTHER]! < LEAST && !alike(size, planned)) return 1;
    state[o + OTHER] = 0;
    const times = this.change(size, state[o + SINCE]!);
    if (times > 1 || alike(size, planned)) return times;
    // What follows from a batch that shrank and was not planned to is a fault's doing, to be told.
    state[o + FIRST]! *= times;
    return 1;
  }

  private change(size: number, since: number): number {
    const { state, offset: o } = this;
    const before = state[o + SIZE]!;
    state[o + CHANGED] = since;
    state[o + BEFORE] = before;
    state[o + SIZE] = size;
    return size / before;
  }

  /** What the learning rate counts as, for the loss's noise, with the batch as it is in place of the first: a factor. */
  get cooling(): number {
    const { state, offset: o } = this;
    return state[o + SIZE] === state[o + FIRST] ? 1 : Math.pow(state[o + FIRST]! / state[o + SIZE]!, COOLING);
  }

  /** The count goes on from another place. */
  interrupt(): void {
    this.state[this.offset + TOKENS] = 0;
  }

  hint(onset: number, near: number): string | null {
    const { state, offset: o } = this;
    const isNew = state[o + OTHER]! >= HINTS;
    const changed = state[o + (isNew ? SINCE : CHANGED)]!;
    if (changed === 0 || Math.abs(changed - onset) > near) return null;
    const sizes = isNew ? [state[o + SIZE]!, state[o + FOUND]!] : [state[o + BEFORE]!, state[o + SIZE]!];
    const [before, now] = sizes.map((size) => Math.round(size).toLocaleString('en-US'));
    const said = `a step has ${now} tokens since step ${changed}, before ${before}`;
    return state[o + BY_PLAN] === 1 ? `as planned ${said}` : said;
  }
}

/** Tokens of a step by the plan; NaN without one. */
export function plannedTokens(batches: PlannedBatches | null, step: number): number {
  if (batches === null || batches.length === 0) return NaN;
  // The last size that begins at or before the step; the first also before it.
  let [low, high] = [0, batches.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (batches[middle]![0] <= step) low = middle;
    else high = middle;
  }
  return batches[low]![1];
}

const alike = (a: number, b: number, within = TOLERANCE): boolean => a <= within * b && b <= within * a;
