// Score tests for a step or a bend at each of a grid of onsets, by generalised least squares over the bins of a curve.
import { factorise, whitenBy } from './curve-posterior.js';
import { type CurvePrior, USUAL_BINS } from './scan-tuning.js';
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

/** Precision of the level, which is free. */
const FREE = 1e-4;
const ALL = COLUMNS + ONSETS.length;
const level = new Float64Array(ALL);
const slope = new Float64Array(ALL);
const row = new Float64Array(COLUMNS);
const gram = new Float64Array(P * P);
const target = new Float64Array(P);
const prior = new Float64Array(P);
const centre = new Float64Array(P); // prior mean times its precision
const projected = new Float64Array(P);
const cross = new Float64Array(ONSETS.length * P);
const own = new Float64Array(ONSETS.length);
const match = new Float64Array(ONSETS.length);
/** Of each onset: how the bins before it stray from their curve, as a share of what the corpus has it. */
const strays = new Float64Array(ONSETS.length);

/** Evidence for one shape on one side. */
export interface CurveEvidence {
  z: number;
  /** Points since the assumed onset. */
  back: number;
  /** Of the step, or of the bend in log loss per unit of log time. */
  size: number;
}

/**
 * One pass of the filter over curve and shapes: the sums that the tests at each onset are made of.
 *
 * @param leastStray what the run strays before an onset is taken for at least, in variances of the corpus'
 */
export function whiten(
  used: number,
  bends: boolean,
  levelWander: number,
  slopeWander: number,
  { decay, slow, fast, kMean, kDeviation }: CurvePrior,
  leastStray: number,
): void {
  const [q, qs, qh] = [levelWander ** 2, slopeWander ** 2, decay ** 2];
  for (const array of [gram, target, cross, own, match, level, slope]) array.fill(0);
  for (let a = 0; a < P; a++) {
    prior[a] = a === 0 ? FREE : a === 1 ? slow ** -2 : a === 2 ? fast ** -2 : kDeviation ** -2;
    centre[a] = a < 3 ? 0 : -kMean * prior[a]!;
  }
  const apart = 3 * (kMean / kDeviation) ** 2;
  let squares = 0;
  let variance = 0;
  let covariance = 0;
  let bent = 0;
  let next = ONSETS.length - 1;
  for (let i = 0; i < used; i++) {
    while (next >= 0 && used - ONSETS[next]! < i) next--;
    if (next >= 0 && used - ONSETS[next]! === i && i >= LEAST_BEFORE)
      strays[next] = Math.max(leastStray, strayed(i, squares + apart));
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
    squares += wy * wy;
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
}

/**
 * Posterior mean of the variance of what strays from the curve, in units of the corpus', by `bins` whitened bins whose squares
 * sum to `squares` (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, ch. 4.5). Only bins before an onset are
 * asked: what may be a deviation is no measure of what is usual.
 */
function strayed(bins: number, squares: number): number {
  factorise(gram, 1, prior);
  for (let a = 0; a < P; a++) projected[a] = target[a]! + centre[a]!;
  whitenBy(projected, 0);
  let misfit = squares;
  for (let a = 0; a < P; a++) misfit -= projected[a]! ** 2;
  return (USUAL_BINS + Math.max(0, misfit)) / (USUAL_BINS + bins);
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
    // A run that strays less than others do is known better; what a decay brings is not, so that the prior stays.
    const weight = 1 / strays[k]!;
    factorise(gram, weight, prior);
    for (let a = 0; a < P; a++) {
      projected[a] = target[a]! * weight + centre[a]!;
      cross[k * P + a]! *= weight;
    }
    whitenBy(projected, 0);
    whitenBy(cross, k * P);
    let explained = 0;
    let fitted = 0;
    for (let a = 0; a < P; a++) {
      explained += cross[k * P + a]! ** 2;
      fitted += cross[k * P + a]! * projected[a]!;
    }
    const whole = own[k]! * weight;
    const information = whole - explained;
    if (!(information > 1e-9 * whole)) continue;
    const score = match[k]! * weight - fitted;
    const z = Math.abs(score) / Math.sqrt(information);
    const evidence = list[score > 0 ? 0 : 1]!;
    if (z <= evidence.z) continue;
    evidence.z = z;
    evidence.back = back;
    evidence.size = score / information;
  }
}
