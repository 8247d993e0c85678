// Looks over the whole past of a run for an onset after which the loss left the curve, by a step or by a bend.
import { FEATURES } from './training-position.js';

/** Bins of the past: each 3 % of the points so far, at least four. */
const BINS = 80;
const GROWTH = 0.03;
const LEAST_POINTS = 4;
const LEAST_BEFORE = 10;
/** Assumed onsets, in bins before the end of the newest. */
const ONSETS = [1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 60];

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

const P = FEATURES;
const COLUMNS = P + 1;
const SLOW_POWER = 0.1;
const FAST_POWER = 0.6;

/** What the corpus says of healthy curves: see docs/detection.md. */
export const TUNING = {
  /** Wander of the level and of the slope of log loss per root of log time, in units of the curve's own slope. */
  step: { level: 0.13, slope: 0 },
  bend: { level: 0.13, slope: 0.2 },
  decay: 0.01,
  slow: 0.2,
  fast: 0.35,
  kMean: 0.033,
  kDeviation: 0.06,
  floor: 0.0005,
  leastSlope: 0.02,
};
/** The same of the difference to a run that read the same batches. */
export const COMPARED = {
  step: { level: 0.13, slope: 0 },
  bend: { level: 0.13, slope: 0.2 },
  decay: 0.01,
  slow: 0.1,
  fast: 0.2,
  kMean: 0,
  kDeviation: 0.03,
  leastSlope: 0.001,
  /** Least slope as a share of the whole curve's. */
  share: 0.03,
  /** The difference's own wander, as its bins show it, counts this many times. */
  own: 1.5,
  /** And so does how far it roamed, per unit of log time. */
  roam: 0.8,
  /** Spikes must be this much clearer: at the end of a decay the difference jumps by itself. */
  spike: 2.4,
  /** And steps and bends this much: two curves drift apart by themselves. */
  stepSlack: 1.6,
  bendSlack: 1.6,
  /** More yet where they parted in the first half of what was compared: early on runs of other settings part by themselves. */
  far: 0.5,
  farSlack: 2.6,
};

const LAGS = [1, 3, 8];
/** Median of the square of a standard normal value. */
const MEDIAN_SQUARE = 0.455;

const ALL = COLUMNS + ONSETS.length;
const level = new Float64Array(ALL);
const slope = new Float64Array(ALL);
const row = new Float64Array(COLUMNS);
const rows = new Float64Array(BINS * COLUMNS);
const times = new Float64Array(BINS);
const moves = new Float64Array(BINS);
const noises = new Float64Array(BINS);
const noiseRates = new Float64Array(BINS);
const gram = new Float64Array(P * P);
const factor = new Float64Array(P * P);
const target = new Float64Array(P);
const cross = new Float64Array(ONSETS.length * P);
const own = new Float64Array(ONSETS.length);
const match = new Float64Array(ONSETS.length);
const solved = new Float64Array(P);

/** Evidence for one shape on one side. */
export interface CurveEvidence {
  z: number;
  /** Points since the assumed onset. */
  back: number;
  /** Of the step, or of the bend in log loss per unit of log time. */
  size: number;
}

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
    const { step, bend } = this.compared ? COMPARED : TUNING;
    const own = this.compared ? Math.hypot(COMPARED.own * this.ownWander(used), COMPARED.roam * this.roam(used)) : 0;
    this.filter(used, false, Math.hypot(step.level * fall, own), step.slope * fall);
    this.judge(used, this.step);
    this.filter(used, true, Math.hypot(bend.level * fall, own), bend.slope * fall);
    this.judge(used, this.bend);
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

  /** One pass of the filter over curve and shapes, then the posterior of the curve without any shape. */
  private filter(used: number, bends: boolean, levelWander: number, slopeWander: number): void {
    const [q, qs, qh] = [levelWander ** 2, slopeWander ** 2, TUNING.decay ** 2];
    for (const array of [gram, target, cross, own, match, level, slope]) array.fill(0);
    let variance = 0;
    let covariance = 0;
    let bent = 0;
    for (let i = 0; i < used; i++) {
      const dt = i > 0 ? Math.max(times[i]! - times[i - 1]!, 0) : 0;
      if (i > 0) {
        variance +=
          dt * (2 * covariance + dt * bent) + dt * (q + (qs * dt * dt) / 3) + qh * Math.abs(moves[i]! - moves[i - 1]!);
        covariance += dt * bent + (qs * dt * dt) / 2;
        bent += qs * dt;
      }
      const total = variance + noises[i]!;
      const gain = variance / total;
      const turn = covariance / total;
      const weight = 1 / Math.sqrt(total);
      for (let c = 0; c < COLUMNS; c++) {
        const foreseen = level[c]! + dt * slope[c]!;
        const e = rows[i * COLUMNS + c]! - foreseen;
        level[c] = foreseen + gain * e;
        slope[c]! += turn * e;
        row[c] = e * weight;
      }
      const wy = row[P]!;
      for (let a = 0; a < P; a++) {
        const wa = row[a]!;
        target[a]! += wa * wy;
        for (let b = 0; b <= a; b++) gram[a * P + b]! += wa * row[b]!;
      }
      for (let k = 0; k < ONSETS.length; k++) {
        const onset = used - ONSETS[k]!;
        if (i < onset || onset < 1) continue;
        const c = COLUMNS + k;
        const value = bends ? times[i]! - (times[onset]! + times[onset - 1]!) / 2 : 1;
        const foreseen = level[c]! + dt * slope[c]!;
        const e = value - foreseen;
        level[c] = foreseen + gain * e;
        slope[c]! += turn * e;
        const s = e * weight;
        own[k]! += s * s;
        match[k]! += s * wy;
        for (let a = 0; a < P; a++) cross[k * P + a]! += s * row[a]!;
      }
      bent -= turn * covariance;
      covariance *= 1 - gain;
      variance *= 1 - gain;
    }
    const { slow, fast, kMean, kDeviation } = this.compared ? COMPARED : TUNING;
    const prior = [1e-4, 1 / slow ** 2, 1 / fast ** 2, kDeviation ** -2, kDeviation ** -2, kDeviation ** -2];
    for (let a = 0; a < P; a++) {
      gram[a * P + a]! += prior[a]!;
      if (a >= 3) target[a]! -= kMean * prior[a]!;
    }
    for (let i = 0; i < P; i++)
      for (let j = 0; j <= i; j++) {
        let sum = gram[i * P + j]!;
        for (let k = 0; k < j; k++) sum -= factor[i * P + k]! * factor[j * P + k]!;
        factor[i * P + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * P + j]!;
      }
    // target ← L⁻¹ target, and the same for each shape: inner products in that basis are those of the posterior.
    forward(target, 0);
  }

  private judge(used: number, list: CurveEvidence[]): void {
    list[0]!.z = list[1]!.z = 0;
    let back = 0;
    let bin = 0;
    for (let k = 0; k < ONSETS.length; k++) {
      const onset = ONSETS[k]!;
      if (used - onset < LEAST_BEFORE) break;
      while (bin < onset) back += this.pointsOf(++bin);
      forward(cross, k * P);
      let explained = 0;
      let fitted = 0;
      for (let a = 0; a < P; a++) {
        explained += cross[k * P + a]! ** 2;
        fitted += cross[k * P + a]! * target[a]!;
      }
      const information = own[k]! - explained;
      if (!(information > 1e-9 * own[k]!)) continue;
      const score = match[k]! - fitted;
      const z = Math.abs(score) / Math.sqrt(information);
      const evidence = list[score > 0 ? 0 : 1]!;
      if (z <= evidence.z) continue;
      evidence.z = z;
      evidence.back = back;
      evidence.size = score / information;
    }
  }

  private pointsOf(back: number): number {
    const { state, offset: o } = this;
    return state[o + HEAD + ((state[o + BINS_DONE]! - back) % BINS) * FIELDS + N]!;
  }
}

/** Replaces the P numbers at `at` by L⁻¹ times them. */
function forward(values: Float64Array, at: number): void {
  for (let i = 0; i < P; i++) {
    let sum = values[at + i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * P + j]! * solved[j]!;
    solved[i] = sum / factor[i * P + i]!;
  }
  for (let i = 0; i < P; i++) values[at + i] = solved[i]!;
}

const none = (): CurveEvidence => ({ z: 0, back: 0, size: 0 });
