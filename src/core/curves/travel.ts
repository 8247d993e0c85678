// Where a run stands in its training: a sum over learning rates, from logged rates or planned ones.

/** Numbers of state that belong to the caller. */
export const TRAVEL_SIZE = 12;
const COUNT = 0;
const STEP = 1;
const RATE = 2;
const TRAVELLED = 3;
const KNOWN = 4;
const INTERVAL = 5;
/** Tokens seen at the newest record that told them, its step; tokens a step as last measured; batch at first and now, 0 unknown. */
const TOKENS = 6;
const TOKENS_STEP = 7;
const MEASURED = 8;
const FIRST_BATCH = 9;
const BATCH = 10;
/** 1 where the batch is as planned, since none was logged so far. */
const BY_PLAN = 11;

/** Batches differ where they are apart by more than this, twice in a row: a log's first and last intervals are uneven. */
const SAME_BATCH = 0.1;
/** Power of the batch by which it cools: with Adam a batch k times as large is as quiet as a rate smaller by √k (Malladi et al. 2022). */
const COOLING = 0.5;

/**
 * Power of the rate that is summed. Below 1 since a decaying rate slows training less than in proportion: of the powers
 * tried this one left the smallest errors of forecasts over all stages of the corpus.
 */
export const TRAVEL_POWER = 0.8;

let lastRate = 1;
let lastPace = 1;

/** What one step at a learning rate adds to the position. Rates mostly come several times in a row. */
export function pace(rate: number): number {
  if (rate !== lastRate) {
    lastPace = Math.pow(Math.max(rate, 0), TRAVEL_POWER);
    lastRate = rate;
  }
  return lastPace;
}

/**
 * Position in training: the cumulative learning rate S = Σ η^power over the steps of a run. As long as no rate was told every step counts 1; the first rate
 * above 0 that is told sets the unit of all that was travelled before it.
 */
export class Travel {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /**
   * Moves to `step`.
   * @param rate learning rate there, NaN where it is not known; until one above 0 is told, 0 counts as not known
   */
  advance(step: number, rate: number): void {
    const { state, offset: o } = this;
    const known = state[o + KNOWN] === 1;
    // The first rate counts also where its step was told before, as by a validation at step 0.
    if (!known && rate > 0) {
      state[o + KNOWN] = 1;
      state[o + TRAVELLED]! *= pace(rate);
      state[o + RATE] = rate;
    }
    if (state[o + COUNT]! > 0 && step <= state[o + STEP]!) return;
    const now = (known || rate > 0) && rate >= 0 ? rate : state[o + COUNT]! > 0 ? state[o + RATE]! : 1;
    if (state[o + COUNT] === 0) state[o + TRAVELLED] = Math.max(step, 0) * pace(now);
    else {
      const moved = step - state[o + STEP]!;
      // The rate before first: it is the one that was asked for last.
      const paceBefore = pace(state[o + RATE]!);
      state[o + TRAVELLED]! += (moved * (pace(now) + paceBefore)) / 2;
      const usual = state[o + INTERVAL]!;
      state[o + INTERVAL] = usual === 0 ? moved : usual + (Math.min(moved, 4 * usual) - usual) / 16;
    }
    state[o + COUNT]! += 1;
    state[o + STEP] = step;
    state[o + RATE] = now;
  }

  /**
   * Takes in how large the batch is at `step`, before it moves there.
   * @param size of the batch in any unit, NaN where it is not logged
   * @param tokens seen so far, NaN where they are not logged
   * @param planned size in tokens, which counts as long as none is logged; NaN where none is planned
   */
  batch(step: number, size: number, tokens: number, planned = NaN): void {
    const { state, offset: o } = this;
    if (size > 0) return this.loggedBatch(size);
    if (!(tokens > 0)) {
      if (planned > 0 && (state[o + BATCH] === 0 || state[o + BY_PLAN] === 1)) {
        state[o + BY_PLAN] = 1;
        this.batchOf(planned);
      }
      return;
    }
    const measured = (tokens - state[o + TOKENS]!) / (step - state[o + TOKENS_STEP]!);
    if (state[o + TOKENS]! > 0 && measured > 0 && measured < Infinity) {
      if (same(measured, state[o + MEASURED]!)) this.loggedBatch(measured);
      state[o + MEASURED] = measured;
    }
    state[o + TOKENS] = tokens;
    state[o + TOKENS_STEP] = step;
  }

  /** What was planned before the first logged size keeps its ratio: the log's unit may be another. */
  private loggedBatch(size: number): void {
    const { state, offset: o } = this;
    if (state[o + BY_PLAN] === 1) {
      state[o + FIRST_BATCH] = (size * state[o + FIRST_BATCH]!) / state[o + BATCH]!;
      state[o + BATCH] = size;
      state[o + BY_PLAN] = 0;
    }
    this.batchOf(size);
  }

  private batchOf(size: number): void {
    const { state, offset: o } = this;
    if (state[o + FIRST_BATCH] === 0) state[o + FIRST_BATCH] = size;
    if (!same(size, state[o + BATCH]!))
      state[o + BATCH] = same(size, state[o + FIRST_BATCH]!) ? state[o + FIRST_BATCH]! : size;
  }

  /** What the rate counts as less for the loss's noise since the batch has grown, as a factor; 1 where it is as at first. */
  get cooling(): number {
    const { state, offset: o } = this;
    return state[o + BATCH] === state[o + FIRST_BATCH] ? 1 : coolingOf(state[o + FIRST_BATCH]!, state[o + BATCH]!);
  }

  /** The run goes back to `step`, where it had travelled `travelled`. */
  rewind(step: number, travelled: number): void {
    const { state, offset: o } = this;
    if (state[o + COUNT] === 0 || step >= state[o + STEP]!) return;
    state[o + STEP] = step;
    if (Number.isFinite(travelled)) state[o + TRAVELLED] = travelled;
  }

  get step(): number {
    return this.state[this.offset + STEP]!;
  }
  get rate(): number {
    return this.state[this.offset + COUNT]! > 0 ? this.state[this.offset + RATE]! : 1;
  }
  get travelled(): number {
    return this.state[this.offset + TRAVELLED]!;
  }
  /** Whether a rate above 0 was ever told. */
  get rateKnown(): boolean {
    return this.state[this.offset + KNOWN] === 1;
  }
  /** Usual number of steps between two points. */
  get interval(): number {
    return this.state[this.offset + INTERVAL]! || 1;
  }
}

/** What a rate counts as less for the loss's noise with a batch of `now` in place of `before`, as a factor. */
export const coolingOf = (before: number, now: number): number => Math.pow(before / now, COOLING);

const same = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_BATCH * b;
