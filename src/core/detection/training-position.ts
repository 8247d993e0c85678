// Where a run stands in its training: cumulative learning rate, and how far the loss lags behind the rate's decay.
import type { PlannedSchedule } from './monitor-types.js';
import { plannedRate } from './planned-rate.js';
import { RATE_RISE_SIZE, RateRise } from './rate-rise.js';

/** Features of the expected log loss: constant, two powers of the cumulative rate, three relaxations. */
export const FEATURES = 6;
/** Relaxation rates in units of the inverse of the cumulative learning rate so far. */
const RELAXATIONS = [40, 10, 2.5];
const RATE_POWER = 0.8;
/**
 * Power of the inverse cooling by which a step with a larger batch goes further: between 0, where noise does not slow the descent
 * (plain gradient descent), and 1, as with Adam where noise is most of the gradient.
 */
const FASTER = 0.5;
const FAST_POWER = 0.6;
const SLOW_POWER = 0.1;

// Offsets in the state.
const COUNT = 0;
const TRAVELLED = 1;
const STEP = 2;
const RATE = 3;
const PEAK = 4;
const LAG = 5; // three of them
const WARM_AT = 8; // travelled when the rate stopped rising; 0 while it rises
const ORIGIN = 9; // travelled where features begin
const SINCE_RISE = 10;
const INTERVAL = 11;
const KNOWN = 12;
const FEATURE = 13; // six of them
const ANCHORED = 19;
const RISE = 20;
export const POSITION_SIZE = RISE + RATE_RISE_SIZE;

/**
 * The position of one attempt in training. Annealing lowers the loss by itself, so position is the cumulative learning
 * rate S = Σ η, and the decay's own effect is a power of the relative rate, followed with three relaxation times
 * (after Tissue et al. 2024 and Luo et al. 2025). Unknown rates count as constant.
 */
export class TrainingPosition {
  /** Logarithm of the cumulative rate at the newest step; NaN where it has to be taken anew. */
  private log = NaN;
  private readonly rise: RateRise;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.rise = new RateRise(state, offset + RISE);
  }

  reset(): void {
    this.log = NaN;
    this.state.fill(0, this.offset, this.offset + POSITION_SIZE);
  }

  /**
   * Moves to `step`.
   * @param logged learning rate of the record, NaN where it has none
   * @param cooling what a rate counts as, for the loss's noise, with the batch as it is in place of the first: a factor
   */
  advance(
    step: number,
    logged: number,
    schedule: PlannedSchedule | null,
    plannedSteps: number | null,
    cooling = 1,
  ): void {
    const { state, offset: o } = this;
    const count = state[o + COUNT]!;
    // A later part of the same step changes nothing.
    if (count > 0 && step === state[o + STEP]) return;
    const planned = Number.isFinite(logged) ? NaN : plannedRate(schedule, step, plannedSteps);
    const given = Number.isFinite(logged) && logged >= 0 ? logged : planned;
    const before = state[o + KNOWN] === 1;
    const known = before || given > 0;
    if (known && !before) {
      this.rise.begin(given);
      // The first rate that is told sets the unit of all that was travelled without one.
      state[o + KNOWN] = 1;
      state[o + TRAVELLED]! *= given;
      state[o + ORIGIN]! *= given;
      state[o + PEAK] = state[o + RATE] = given;
    }
    const rate = Number.isFinite(given) && known ? given : count > 0 ? state[o + RATE]! : 1;
    if (count === 0) {
      state[o + TRAVELLED] = Math.max(step, 1) * Math.max(rate, 1e-30) * (known ? 0.5 : 1);
      state[o + PEAK] = rate;
      state[o + INTERVAL] = Math.max(step, 1);
      for (let j = 0; j < 3; j++) state[o + LAG + j] = 1;
    } else {
      const moved = Math.max(0, step - state[o + STEP]!);
      if (moved > 0) this.move(moved, rate, count, cooling);
    }
    state[o + COUNT] = count + 1;
    state[o + STEP] = step;
    state[o + RATE] = rate;
    this.features();
  }

  private move(moved: number, rate: number, count: number, cooling: number): void {
    const { state, offset: o } = this;
    const peak = state[o + PEAK]!;
    if (rate > peak * 1.001) {
      state[o + SINCE_RISE] = 0;
      state[o + WARM_AT] = 0;
      state[o + PEAK] = rate;
    } else {
      state[o + SINCE_RISE]! += 1;
      if (state[o + SINCE_RISE] === 3) state[o + WARM_AT] = state[o + TRAVELLED]!;
    }
    this.rise.follow(rate, state[o + RATE]!, state[o + PEAK]!, state[o + TRAVELLED]!);
    const interval = state[o + INTERVAL]!;
    state[o + INTERVAL] = count === 1 ? moved : interval + (Math.min(moved, 4 * interval) - interval) / 16;
    const top = state[o + PEAK]!;
    const distance = ((moved * (rate + state[o + RATE]!)) / 2) * (cooling === 1 ? 1 : Math.pow(cooling, -FASTER));
    const travelled = state[o + TRAVELLED]! + Math.max(distance, 1e-300);
    state[o + TRAVELLED] = travelled;
    const relative = top > 0 ? rate / top : 1;
    const felt = Math.min(relative, 1) * cooling;
    const target = felt === 1 ? 1 : Math.pow(Math.max(felt, 0), RATE_POWER);
    // Below a twentieth of the peak rate little is travelled, and yet the loss follows: let it, by steps.
    const walked = Math.max(distance, 0.05 * moved * top);
    for (let j = 0; j < 3; j++) {
      const lag = state[o + LAG + j]!;
      if (Number.isNaN(lag)) state[o + LAG + j] = target;
      else if (lag !== target)
        state[o + LAG + j] = target + (lag - target) * Math.exp((-RELAXATIONS[j]! * walked) / travelled);
    }
  }

  /** The batch has changed: how far the loss follows is not known yet, as after a rate that rose again. */
  batchChanged(): void {
    this.rise.rose(this.travelled);
  }

  /**
   * The run goes back to a checkpoint: what was travelled since is undone, in proportion to the steps. `far`: how the loss lagged
   * behind the rate there is not known any more, and taken not to.
   */
  rewind(step: number, far = false): void {
    const { state, offset: o } = this;
    const newest = state[o + STEP]!;
    if (state[o + COUNT] === 0 || step >= newest) return;
    this.log = NaN;
    if (far) state.fill(NaN, o + LAG, o + LAG + 3);
    state[o + TRAVELLED]! *= Math.max(step, 1) / newest;
    state[o + STEP] = step - Math.min(state[o + INTERVAL]!, step);
    this.rise.rewind(state[o + PEAK]!, state[o + TRAVELLED]!);
  }

  /** Whether `step` lies behind the newest: a part of it that comes late, as from an evaluation beside the training. */
  isBehind(step: number): boolean {
    return this.count > 0 && step < this.step;
  }

  /** Stands at an earlier step for as long as `look` takes: nothing is travelled, nor undone. */
  lookBack(step: number, look: () => void): void {
    const { state, offset: o } = this;
    const kept = state.slice(o, o + POSITION_SIZE);
    state[o + TRAVELLED]! *= Math.max(step, 1) / Math.max(state[o + STEP]!, 1);
    state[o + STEP] = step;
    this.features();
    look();
    const [origin, anchored] = [state[o + ORIGIN]!, state[o + ANCHORED]!];
    state.set(kept, o);
    [state[o + ORIGIN], state[o + ANCHORED]] = [origin, anchored];
    this.features();
  }

  private features(): void {
    const { state, offset: o } = this;
    if (state[o + ORIGIN] === 0) state[o + ORIGIN] = state[o + TRAVELLED]!;
    const u = Math.log(state[o + TRAVELLED]! / state[o + ORIGIN]!);
    this.log = u;
    const f = o + FEATURE;
    state[f] = 1;
    state[f + 1] = (Math.exp(-SLOW_POWER * u) - 1) / SLOW_POWER;
    state[f + 2] = (Math.exp(-FAST_POWER * u) - 1) / FAST_POWER;
    for (let j = 0; j < 3; j++) state[f + 3 + j] = 1 - state[o + LAG + j]!;
  }

  /** Starts the powers of the position here: where the fit of the first metric begins; later calls change nothing. */
  anchor(): void {
    if (this.state[this.offset + ANCHORED] === 1) return;
    this.state[this.offset + ANCHORED] = 1;
    this.state[this.offset + ORIGIN] = this.state[this.offset + TRAVELLED]!;
    this.features();
  }

  get count(): number {
    return this.state[this.offset + COUNT]!;
  }
  get step(): number {
    return this.state[this.offset + STEP]!;
  }
  get travelled(): number {
    return this.state[this.offset + TRAVELLED]!;
  }
  /** Whether a learning rate was ever told, by the records or by the plan. */
  get rateKnown(): boolean {
    return this.state[this.offset + KNOWN] === 1;
  }
  /** Logarithm of the cumulative rate since fitting began. */
  get logTravelled(): number {
    if (Number.isNaN(this.log))
      this.log = Math.log(this.state[this.offset + TRAVELLED]! / this.state[this.offset + ORIGIN]!);
    return this.log;
  }
  /** Rate relative to the peak, 0 to 1. */
  get relativeRate(): number {
    const peak = this.state[this.offset + PEAK]!;
    return peak > 0 ? this.state[this.offset + RATE]! / peak : 1;
  }
  /** Cumulative rate at the end of the warm-up; 0 while the rate still rises. */
  get warmAt(): number {
    return this.state[this.offset + WARM_AT]!;
  }
  /** Whether the rate rose again lately, after it had fallen, or the batch changed. */
  get restarted(): boolean {
    return this.rise.answersAt(this.travelled);
  }
  /** Usual number of steps between two points. */
  get interval(): number {
    return this.state[this.offset + INTERVAL]!;
  }
  /** The middle relaxation's part of the decay still felt: 0 at the peak rate, towards 1 as it falls. */
  get annealed(): number {
    return this.state[this.offset + FEATURE + 4]!;
  }
  /** Where the six features of the newest step lie in the state. */
  get featureOffset(): number {
    return this.offset + FEATURE;
  }
}
