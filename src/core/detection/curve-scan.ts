// Looks over the whole past of a run for an onset after which the loss left the curve, by a step or by a bend.
import { COMPARED, TUNING, TWIN } from './scan-tuning.js';
import {
  BINS,
  COLUMNS,
  type CurveEvidence,
  LEAST_BEFORE,
  P,
  judgeShapes,
  moves,
  noises,
  rows,
  times,
  whiten,
} from './shape-tests.js';

/** Of a bin: 3 % of the points so far, at least four. */
const GROWTH = 0.03;
const LEAST_POINTS = 4;
const SEEN = 0;
const BINS_DONE = 1;
const FALL = 2;
const SUMS = 3; // points, y, log count, position u, three relaxations, noise variance
const FIELDS = 8;
const HEAD = SUMS + FIELDS;
export const CURVE_SCAN_SIZE = HEAD + BINS * FIELDS;

// Fields of a bin.
const N = 0;
const Y = 1;
const T = 2;
const U = 3;
const H = 4;
const V = 7;

const SLOW_POWER = 0.1;
const FAST_POWER = 0.6;

const LAGS = [1, 3, 8];
/** Median of the square of a standard normal value. */
const MEDIAN_SQUARE = 0.455;

const noiseRates = new Float64Array(BINS);

/**
 * Score tests for a step or a bend in log time at each of a grid of onsets, against a curve with free coefficients (under
 * their priors) plus a wander in log time plus noise: generalised least squares, whitened by a Kalman filter (Durbin and
 * Koopman, Time Series Analysis by State Space Methods, 2012, ch. 4 and 6). What neither the curve's freedom nor the usual
 * wander explains is evidence. The wander is in proportion to the curve's own slope: a curve that falls fast is
 * mistaken fast. A step is asked of a wandering level, a bend of a wandering slope.
 */
export class CurveScan {
  readonly step: CurveEvidence[] = [none(), none()]; // worse, better
  readonly bend: CurveEvidence[] = [none(), none()];
  /** Slope of the whole curve where only a difference to a reference is looked at; 0 otherwise. */
  wholeFall = 0;
  /** Least share of the usual wander that the run is trusted to keep to: 1 where it strayed of late, or its rate rose again. */
  leastStray = 0;
  /** Whether the two were one run to the last digit before they parted. */
  twin = false;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
    private readonly compared = false,
  ) {}

  /** Takes in one log loss at a position; true where a bin was completed and the tests were made. */
  push(y: number, u: number, features: Float64Array, x: number, variance: number, test: boolean): boolean {
    const { state, offset: o } = this;
    const seen = ++state[o + SEEN]!;
    const s = o + SUMS;
    state[s + N]! += 1;
    state[s + Y]! += y;
    state[s + T]! += Math.log(seen);
    state[s + U]! += u;
    for (let j = 0; j < 3; j++) state[s + H + j]! += features[x + 3 + j]!;
    state[s + V]! += variance;
    const points = state[s + N]!;
    if (points < LEAST_POINTS || points < GROWTH * seen) return false;
    const done = state[o + BINS_DONE]!++;
    const at = o + HEAD + (done % BINS) * FIELDS;
    state[at + N] = points;
    for (let f = 1; f < FIELDS; f++) state[at + f] = state[s + f]! / points;
    state.fill(0, s, s + FIELDS);
    if (!test || done + 1 < LEAST_BEFORE + 2) return false;
    this.test(done + 1, variance);
    return true;
  }

  /** One more point that is not looked at, since what it shows is known: only time goes on. */
  skip(): void {
    this.state[this.offset + SEEN]! += 1;
  }

  /** The level has moved for good: so does the past. */
  rebase(shift: number): void {
    const { state, offset: o } = this;
    for (let i = 0; i < Math.min(BINS, state[o + BINS_DONE]!); i++) state[o + HEAD + i * FIELDS + Y]! += shift;
    state.fill(0, o + SUMS, o + SUMS + FIELDS);
  }

  /** Forgets bins that lie in the newest `points`: they were no part of the curve. */
  forget(points: number): void {
    const { state, offset: o } = this;
    state.fill(0, o + SUMS, o + SUMS + FIELDS);
    for (let n = 0; n < points && state[o + BINS_DONE]! > 0;) {
      const last = --state[o + BINS_DONE]!;
      n += state[o + HEAD + (last % BINS) * FIELDS + N]!;
      // A full ring holds no older bins to come back to.
      state[o + HEAD + (last % BINS) * FIELDS + N] = 0;
    }
  }

  /** Points, mean log loss, log position and relaxations of the bin `back` bins before the newest; null where none is kept. */
  bin(back: number): { points: number; y: number; u: number; relaxed: Float64Array } | null {
    const { state, offset: o } = this;
    const done = state[o + BINS_DONE]!;
    if (back >= Math.min(done, BINS)) return null;
    const at = o + HEAD + ((done - 1 - back) % BINS) * FIELDS;
    if (state[at + N] === 0) return null;
    return {
      points: state[at + N]!,
      y: state[at + Y]!,
      u: state[at + U]!,
      relaxed: state.subarray(at + H, at + H + 3),
    };
  }

  /** Slope of log loss in log time over the newest half of the bins, as the last test found it; positive. */
  get fall(): number {
    return this.state[this.offset + FALL]!;
  }

  private test(done: number, noise: number): void {
    let used = Math.min(done, BINS);
    while (used > 0 && this.state[this.offset + HEAD + ((done - used) % BINS) * FIELDS + N] === 0) used--;
    if (used < LEAST_BEFORE + 2) return;
    const fall = this.layOut(done - used, used, noise);
    this.state[this.offset + FALL] = fall;
    const pointsOf = (back: number): number => this.pointsOf(back);
    const { step, bend } = this.compared ? COMPARED : TUNING;
    const prior = !this.compared ? TUNING : this.twin ? TWIN : COMPARED;
    const own = this.compared ? this.ownOf(used) : 0;
    whiten(used, false, Math.hypot(step.level * fall, own), step.slope * fall, prior, this.leastStray);
    judgeShapes(used, this.step, pointsOf);
    whiten(used, true, Math.hypot(bend.level * fall, own), bend.slope * fall, prior, this.leastStray);
    judgeShapes(used, this.bend, pointsOf);
  }

  /** Wander of a difference to a reference, beyond what its slope has it, per root of log time. */
  private ownOf(used: number): number {
    if (this.twin) return TWIN.wander * this.wholeFall;
    return Math.hypot(COMPARED.own * this.ownWander(used), COMPARED.roam * this.roam(used));
  }

  /** Fills the rows of the regression, and gives the slope of the newest half of the bins in log time. */
  private layOut(first: number, used: number, noise: number): number {
    const { state, offset: o } = this;
    const uNow = state[o + HEAD + ((first + used - 1) % BINS) * FIELDS + U]!;
    let [n, st, sy, stt, sty] = [0, 0, 0, 0, 0];
    for (let i = 0; i < used; i++) {
      const at = o + HEAD + ((first + i) % BINS) * FIELDS;
      const r = i * COLUMNS;
      const du = state[at + U]! - uNow;
      rows[r] = 1;
      rows[r + 1] = (Math.exp(-SLOW_POWER * du) - 1) / SLOW_POWER;
      rows[r + 2] = (Math.exp(-FAST_POWER * du) - 1) / FAST_POWER;
      let h = 0;
      for (let j = 0; j < 3; j++) h += rows[r + 3 + j] = state[at + H + j]!;
      const y = (rows[r + P] = state[at + Y]!);
      const t = (times[i] = state[at + T]!);
      moves[i] = h / 3;
      noises[i] = Math.max(state[at + V]!, noise) / state[at + N]! + TUNING.floor ** 2;
      if (i < used - 40) continue;
      n++;
      st += t;
      sy += y;
      stt += t * t;
      sty += t * y;
    }
    if (this.twin) return COMPARED.share * this.wholeFall;
    const least = this.compared ? Math.max(COMPARED.leastSlope, COMPARED.share * this.wholeFall) : TUNING.leastSlope;
    return Math.max(least, Math.abs((n * sty - st * sy) / (n * stt - st * st)));
  }

  /**
   * Wander of the level per root of log time as second differences of the bins show it, at three distances; a median, so
   * that one step or bend does not raise it. What noise explains is taken off.
   */
  private ownWander(used: number): number {
    let most = 0;
    for (const lag of LAGS) {
      const found: number[] = [];
      for (let i = 2 * lag; i < used; i++) {
        const y = (at: number): number => rows[at * COLUMNS + P]!;
        const bend = y(i) - 2 * y(i - lag) + y(i - 2 * lag);
        const noise = noises[i]! + 4 * noises[i - lag]! + noises[i - 2 * lag]!;
        found.push((bend * bend) / MEDIAN_SQUARE / Math.max(times[i]! - times[i - 2 * lag]!, 1e-9));
        noiseRates[i] = noise / Math.max(times[i]! - times[i - 2 * lag]!, 1e-9);
      }
      if (found.length < 8) break;
      const usual = noiseRates.slice(2 * lag, used).sort()[found.length >> 1]!;
      most = Math.max(most, found.sort((a, b) => a - b)[found.length >> 1]! - usual);
    }
    return Math.sqrt(most);
  }

  /**
   * How far the older two thirds of the bins lie apart, per unit of log time: runs of the same settings stay at one
   * distance, others drift apart all the way. What noise explains is taken off.
   */
  private roam(used: number): number {
    const older = Math.floor((2 * used) / 3);
    let [least, most, noise] = [Infinity, -Infinity, 0];
    for (let i = 0; i < older; i++) {
      const y = rows[i * COLUMNS + P]!;
      if (y < least) least = y;
      if (y > most) most = y;
      noise += noises[i]!;
    }
    const usual = 4 * Math.sqrt(noise / older);
    return Math.max(0, most - least - usual) / Math.max(times[older - 1]! - times[0]!, 0.5);
  }

  private pointsOf(back: number): number {
    const { state, offset: o } = this;
    return state[o + HEAD + ((state[o + BINS_DONE]! - back) % BINS) * FIELDS + N]!;
  }
}

const none = (): CurveEvidence => ({ z: 0, back: 0, size: 0 });
