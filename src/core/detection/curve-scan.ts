// Looks over the whole past of a run for an onset after which the loss left the curve, by a step or by a bend.
import { SCALE_SIZE, learnScale, scaleAt, scaleCount } from './robust-scale.js';
import { FEATURES } from './training-position.js';

/** Bins of the past: each 3 % of the points so far, at least four. */
const BINS = 80;
const GROWTH = 0.03;
const LEAST_POINTS = 4;
const LEAST_BEFORE = 8;
/** Assumed onsets, in bins before the end of the newest. */
const ONSETS = [2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48];

const SEEN = 0;
const BINS_DONE = 1;
const SUMS = 2; // points, y, log count, position u, three relaxations
const FIELDS = 7;
const HEAD = SUMS + FIELDS;
const SCALE = HEAD + BINS * FIELDS;
export const CURVE_SCAN_SIZE = SCALE + SCALE_SIZE;

// Fields of a bin.
const N = 0;
const Y = 1;
const T = 2;
const U = 3;
const H = 4;

const SHAPES = 2 * ONSETS.length;
const P = FEATURES;
const COLUMNS = P + 1 + SHAPES;
const SLOW_POWER = 0.1;
const FAST_POWER = 0.6;

/** What the corpus says: see docs/detection.md. */
export const TUNING = {
  wander: 0.004,
  slow: 0.3,
  fast: 0.5,
  kMean: 0.033,
  kDeviation: 0.035,
  scalePrior: 12,
};

const level = new Float64Array(COLUMNS);
const row = new Float64Array(COLUMNS);
const gram = new Float64Array(P * P);
const factor = new Float64Array(P * P);
const target = new Float64Array(P);
const cross = new Float64Array(SHAPES * P);
const own = new Float64Array(SHAPES);
const match = new Float64Array(SHAPES);
const solved = new Float64Array(P);

/** Evidence for one shape on one side. */
export interface CurveEvidence {
  z: number;
  /** Points since the assumed onset. */
  back: number;
  size: number;
}

/**
 * Score tests for a step or a bend in log position at each of a grid of onsets, against a curve with free coefficients
 * (under their priors) plus a slow random walk in log time plus noise: generalised least squares, whitened by a scalar
 * Kalman filter (Durbin and Koopman, Time Series Analysis by State Space Methods, 2012, ch. 4 and 6). What neither the
 * curve's freedom nor the usual wander explains is evidence.
 */
export class CurveScan {
  readonly step: CurveEvidence[] = [none(), none()]; // worse, better
  readonly bend: CurveEvidence[] = [none(), none()];

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Takes in one log loss at a position; true where a bin was completed and the tests were made. */
  push(y: number, u: number, features: Float64Array, x: number, deviation: number): boolean {
    const { state, offset: o } = this;
    const seen = ++state[o + SEEN]!;
    const s = o + SUMS;
    state[s + N]! += 1;
    state[s + Y]! += y;
    state[s + T]! += Math.log(seen);
    state[s + U]! += u;
    for (let j = 0; j < 3; j++) state[s + H + j]! += features[x + 3 + j]!;
    const points = state[s + N]!;
    if (points < LEAST_POINTS || points < GROWTH * seen) return false;
    const done = state[o + BINS_DONE]!++;
    const at = o + HEAD + (done % BINS) * FIELDS;
    state[at + N] = points;
    for (let f = 1; f < FIELDS; f++) state[at + f] = state[s + f]! / points;
    state.fill(0, s, s + FIELDS);
    if (done + 1 < LEAST_BEFORE + 2) return false;
    this.test(done + 1, deviation);
    return true;
  }

  private test(done: number, deviation: number): void {
    const { state, offset: o } = this;
    const used = Math.min(done, BINS);
    const first = done - used;
    const newest = o + HEAD + ((done - 1) % BINS) * FIELDS;
    const uNow = state[newest + U]!;
    gram.fill(0);
    target.fill(0);
    cross.fill(0);
    own.fill(0);
    match.fill(0);
    level.fill(0);
    let variance = 0;
    let before = 0;
    let innovation = 0;
    const noise = deviation * deviation;
    for (let i = 0; i < used; i++) {
      const at = o + HEAD + ((first + i) % BINS) * FIELDS;
      const t = state[at + T]!;
      if (i > 0) variance += TUNING.wander * TUNING.wander * Math.max(t - before, 0);
      before = t;
      const du = state[at + U]! - uNow;
      row[0] = 1;
      row[1] = (Math.exp(-SLOW_POWER * du) - 1) / SLOW_POWER;
      row[2] = (Math.exp(-FAST_POWER * du) - 1) / FAST_POWER;
      for (let j = 0; j < 3; j++) row[3 + j] = state[at + H + j]!;
      row[P] = state[at + Y]!;
      for (let k = 0; k < ONSETS.length; k++) {
        const since = i - (used - ONSETS[k]!);
        const after = since >= 0;
        row[P + 1 + 2 * k] = after ? 1 : 0;
        // The bend begins at the start of its first bin.
        row[P + 2 + 2 * k] = after ? t - this.onsetTime(first + used - ONSETS[k]!) : 0;
      }
      const total = variance + noise / state[at + N]!;
      const gain = variance / total;
      const weight = 1 / Math.sqrt(total);
      for (let c = 0; c < COLUMNS; c++) {
        const e = row[c]! - level[c]!;
        level[c]! += gain * e;
        row[c] = e * weight;
      }
      variance *= 1 - gain;
      const wy = row[P]!;
      if (i === used - 1) innovation = wy;
      for (let a = 0; a < P; a++) {
        const wa = row[a]!;
        target[a]! += wa * wy;
        for (let b = 0; b <= a; b++) gram[a * P + b]! += wa * row[b]!;
      }
      for (let k = 0; k < SHAPES; k++) {
        const shape = row[P + 1 + k]!;
        if (shape === 0) continue;
        own[k]! += shape * shape;
        match[k]! += shape * wy;
        for (let a = 0; a < P; a++) cross[k * P + a]! += shape * row[a]!;
      }
    }
    void innovation;
    this.solve(used);
  }

  private onsetTime(bin: number): number {
    const { state, offset: o } = this;
    const at = o + HEAD + ((bin + BINS) % BINS) * FIELDS;
    const earlier = o + HEAD + ((bin - 1 + BINS) % BINS) * FIELDS;
    return (state[at + T]! + state[earlier + T]!) / 2;
  }

  private solve(used: number): void {
    const { slow, fast, kMean, kDeviation } = TUNING;
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
    for (const side of [0, 1]) {
      this.step[side]!.z = 0;
      this.bend[side]!.z = 0;
    }
    const usable = scaleAt(this.state, this.offset + SCALE);
    const count = scaleCount(this.state, this.offset + SCALE);
    const scale = Math.max(1, Math.sqrt((TUNING.scalePrior + count * usable * usable) / (TUNING.scalePrior + count)));
    let back = 0;
    let bin = 0;
    for (let k = 0; k < ONSETS.length; k++) {
      const onset = ONSETS[k]!;
      if (used - onset < LEAST_BEFORE) break;
      while (bin < onset) back += this.pointsOf(++bin);
      for (let shape = 0; shape < 2; shape++) {
        const c = 2 * k + shape;
        forward(cross, c * P);
        let explained = 0;
        let fitted = 0;
        for (let a = 0; a < P; a++) {
          explained += cross[c * P + a]! ** 2;
          fitted += cross[c * P + a]! * target[a]!;
        }
        const information = own[c]! - explained;
        if (!(information > 1e-9 * own[c]!)) continue;
        const score = match[c]! - fitted;
        const z = score / Math.sqrt(information) / scale;
        if (k === 0 && shape === 0) learnScale(this.state, this.offset + SCALE, score / Math.sqrt(information), 100);
        const list = shape === 0 ? this.step : this.bend;
        const evidence = list[z > 0 ? 0 : 1]!;
        if (Math.abs(z) > Math.abs(evidence.z)) {
          evidence.z = z;
          evidence.back = back;
          evidence.size = score / information;
        }
      }
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
