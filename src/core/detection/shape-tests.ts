// Score tests for a step or a bend at each of a grid of onsets, by generalised least squares over the bins of a curve.
import type { CurvePrior } from './scan-tuning.js';
import { FEATURES } from './training-position.js';

/** Bins of the past that are kept. */
export const BINS = 80;
export const LEAST_BEFORE = 10;
/** Assumed onsets, in bins before the end of the newest. */
const ONSETS = [1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 60];

export const P = FEATURES;
export const COLUMNS = P + 1;

/** What the tests are made of, filled anew for each: features and log loss by bin, and its time, decay and noise. */
export const rows = new Float64Array(BINS * COLUMNS);
export const times = new Float64Array(BINS);
export const moves = new Float64Array(BINS);
export const noises = new Float64Array(BINS);

const ALL = COLUMNS + ONSETS.length;
const level = new Float64Array(ALL);
const slope = new Float64Array(ALL);
const row = new Float64Array(COLUMNS);
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

/** One pass of the filter over curve and shapes, then the posterior of the curve without any shape. */
export function whiten(
  used: number,
  bends: boolean,
  levelWander: number,
  slopeWander: number,
  { decay, slow, fast, kMean, kDeviation }: CurvePrior,
): void {
  const [q, qs, qh] = [levelWander ** 2, slopeWander ** 2, decay ** 2];
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

/** The strongest evidence for the shape just whitened, worse and better. `pointsOf` tells the points of a bin by how far back it lies. */
export function judgeShapes(used: number, list: CurveEvidence[], pointsOf: (back: number) => number): void {
  list[0]!.z = list[1]!.z = 0;
  let back = 0;
  let bin = 0;
  for (let k = 0; k < ONSETS.length; k++) {
    const onset = ONSETS[k]!;
    if (used - onset < LEAST_BEFORE) break;
    while (bin < onset) back += pointsOf(++bin);
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

/** Replaces the P numbers at `at` by L⁻¹ times them. */
function forward(values: Float64Array, at: number): void {
  for (let i = 0; i < P; i++) {
    let sum = values[at + i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * P + j]! * solved[j]!;
    solved[i] = sum / factor[i * P + i]!;
  }
  for (let i = 0; i < P; i++) values[at + i] = solved[i]!;
}
