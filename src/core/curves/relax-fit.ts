// Fits L = E + A·S^−α + K·h to the past of a run: a grid over what is not linear, Bayesian least squares for the rest.
import { dot, factorise, forward } from './cholesky.js';
import type { CurvePath } from './curve-path.js';
import { annealing } from './relaxation.js';
import type { AnnealPrior, CurvePrior, RunKind, Spread } from './relax-prior.js';

/** Averages over the grid. */
export interface CurveFit {
  /** Losses at the places to predict, in units of the present loss. */
  losses: Float64Array;
  /** Their deviation by the model's own account, relative. */
  deviations: Float64Array;
  floor: number;
  amplitude: number;
  alpha: number;
  anneal: number;
  /** Posterior variances. */
  variances: { floor: number; alpha: number; anneal: number };
  /** The anneal that would be expected of any run like this one, and whether its rates are absolute. */
  usualAnneal: number;
  absolute: boolean;
  /** The kind of runs that it leans on most, and its share. */
  kind: { name: string; share: number };
}

/** Members of the grid with less weight than this, relative to the best, change nothing. */
const LEAST_WEIGHT = 1e-2;
/** Above this a peak rate is a multiplier, no learning rate. */
const HIGHEST_RATE = 0.5;

/** One feature of the law at all places: as it is, and whitened where it is seen. */
interface Feature {
  values: Float64Array;
  white: Float64Array;
  /** Products with the whitened losses and with itself. */
  y: number;
  self: number;
}

/** One member of the grid: coefficients of floor, power and annealing, and their covariance as 00 01 02 11 12 22. */
interface Member {
  weight: number;
  kind: number;
  x: number;
  h: number;
  c: [number, number, number];
  covariance: [number, number, number, number, number, number];
}

/**
 * The posterior average over exponents and shapes, each weighted by how well it explains what is seen. What the law leaves
 * over is a Gaussian process in log position, so that the past counts by what it still says of the future.
 *
 * @param rateKnown whether the rates of the path are learning rates
 */
export function fitCurve(path: CurvePath, prior: CurvePrior, rateKnown: boolean): CurveFit {
  const { seen, positions, rates } = path;
  const places = positions.length;
  const process = discrepancy(path, prior);
  const l = new Float64Array(seen * seen);
  for (let i = 0; i < seen; i++) {
    for (let j = 0; j < i; j++) l[i * seen + j] = process(i, j);
    l[i * seen + i] = process(i, i) + path.variances[i]!;
  }
  factorise(l, seen);
  const whiten = (values: Float64Array): Float64Array => forward(l, seen, values.slice(0, seen));
  const wy = whiten(path.losses);
  const feature = (values: Float64Array): Feature => {
    const white = whiten(values);
    return { values, white, y: dot(white, wy, seen), self: dot(white, white, seen) };
  };
  const one = feature(new Float64Array(places).fill(1));
  const powers = prior.alphas.map((alpha) => feature(positions.map((s) => Math.pow(s, -alpha))));
  const anneals = prior.shapes.map((shape) => {
    const h = new Float64Array(places);
    annealing(positions, rates, shape, h);
    return feature(h);
  });
  const absolute = rateKnown && path.peak > 0 && path.peak < HIGHEST_RATE;
  const products = { one, powers, anneals, yy: dot(wy, wy, seen), seen };
  const usual = annealMean(path, prior.anneal, absolute);
  const members = prior.kinds.flatMap((_, kind) =>
    solveKind(products, prior, kind, usual, likeness(path, prior, prior.kinds[kind]!, absolute)),
  );
  normalise(members);
  const { losses, deviations } = predict(path, members, { one, powers, anneals, wy, l, process });
  return { losses, deviations, usualAnneal: usual, absolute, ...averages(members, prior) };
}

/** Covariance of what the law leaves over, between two places. */
function discrepancy({ seen, positions }: CurvePath, { slow, fast }: CurvePrior): (i: number, j: number) => number {
  const log = positions.map(Math.log);
  const now = log[seen - 1]!;
  const size = log.map((x) => slow.deviation * Math.exp(slow.past * Math.max(0, now - x)));
  const fastVariance = fast.deviation ** 2;
  return (i, j) => {
    const apart = Math.abs(log[i]! - log[j]!);
    return size[i]! * size[j]! * Math.exp(-apart / slow.length) + fastVariance * Math.exp(-apart / fast.length);
  };
}

/** Expected fall by annealing. */
function annealMean(path: CurvePath, prior: AnnealPrior, absolute: boolean): number {
  const byRate = absolute ? between(Math.pow(path.peak / 1e-3, prior.peakPower), 0.3, 3) : prior.relative;
  return prior.mean * byRate * between(Math.pow(Math.exp(path.present) / 3, -prior.lossPower), 0.5, 2);
}

const between = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Log weight of a kind before its law is tried: how often it was met, and how like it the run looks. */
function likeness(path: CurvePath, { likeness: how }: CurvePrior, kind: RunKind, absolute: boolean): number {
  const weight = Math.log(kind.weight);
  if (kind.looks === null) return weight;
  const { looks } = kind;
  const off = (value: number, [mean, deviation]: Spread): number => 0.5 * ((value - mean) / deviation) ** 2;
  const unit =
    looks.absolute !== absolute ? Math.log(how.otherUnit) : absolute ? -off(Math.log(path.peak), looks.logPeak) : 0;
  const noise = how.noise * off(Math.log(Math.max(path.noise, 1e-4)), looks.logNoise);
  return weight + unit - noise - how.loss * off(path.present, looks.logLoss);
}

interface Products {
  one: Feature;
  powers: readonly Feature[];
  anneals: readonly Feature[];
  yy: number;
  seen: number;
}

function solveKind(products: Products, prior: CurvePrior, index: number, kUsual: number, logWeight: number): Member[] {
  const { one, powers, anneals, yy, seen } = products;
  const kind = prior.kinds[index]!;
  const [eMean, eDeviation] = kind.floor;
  const kMean = kUsual * kind.anneal[0];
  const pe = 1 / eDeviation ** 2;
  const pk = 1 / (kMean * kind.anneal[1]) ** 2;
  const oneAnneal = anneals.map((h) => dot(one.white, h.white, seen));
  return powers.flatMap((x, xi) => {
    const z = (prior.alphas[xi]! - kind.alpha[0]) / kind.alpha[1];
    const oneX = dot(one.white, x.white, seen);
    return anneals.map((h, hi): Member => {
      const normal: Normal = {
        m: [one.self + pe, oneX, oneAnneal[hi]!, x.self + 1e-9, dot(x.white, h.white, seen), h.self + pk],
        b: [one.y + pe * eMean, x.y, h.y + pk * kMean],
      };
      const { c, covariance, det } = solveNonNegative(normal);
      const cost = yy + pe * eMean ** 2 + pk * kMean ** 2 + quadratic(normal, c);
      const volume = 0.5 * prior.occam * Math.log((pe * pk) / Math.max(det, 1e-300));
      const weight = logWeight - 0.5 * (cost + z * z) - Math.log(kind.alpha[1]) + volume;
      return { weight, kind: index, x: xi, h: hi, c, covariance };
    });
  });
}

/** From log weights to shares of the whole; members that do not count are dropped. */
function normalise(members: Member[]): void {
  const best = members.reduce((most, { weight }) => Math.max(most, weight), -Infinity);
  for (const member of members) member.weight = Math.exp(member.weight - best);
  let whole = 0;
  let kept = 0;
  for (const member of members)
    if (member.weight > LEAST_WEIGHT) {
      whole += member.weight;
      members[kept++] = member;
    }
  members.length = kept;
  for (const member of members) member.weight /= whole;
}

/** A symmetric 3×3 system as 00 01 02 11 12 22 and its right side. */
interface Normal {
  m: [number, number, number, number, number, number];
  b: [number, number, number];
}

type Solved = Pick<Member, 'c' | 'covariance'> & { det: number };

/** cᵀMc − 2bᵀc. */
function quadratic({ m, b }: Normal, [e, a, k]: readonly [number, number, number]): number {
  return (
    m[0] * e * e +
    m[3] * a * a +
    m[5] * k * k +
    2 * (m[1] * e * a + m[2] * e * k + m[4] * a * k) -
    2 * (b[0] * e + b[1] * a + b[2] * k)
  );
}

/** Floor and amplitude are not below 0: what would be is dropped. */
function solveNonNegative(normal: Normal): Solved {
  const all = solve(normal, true, true);
  if (all.c[0] >= 0 && all.c[1] >= 0) return all;
  return all.c[0] < 0 ? solve(normal, false, true) : solve(normal, true, false);
}

function solve({ m, b }: Normal, floor: boolean, power: boolean): Solved {
  const [m00, m01, m02] = [floor ? m[0] : 1, floor && power ? m[1] : 0, floor ? m[2] : 0];
  const [m11, m12, m22] = [power ? m[3] : 1, power ? m[4] : 0, m[5]];
  const [b0, b1, b2] = [floor ? b[0] : 0, power ? b[1] : 0, b[2]];
  const det = m00 * (m11 * m22 - m12 * m12) - m01 * (m01 * m22 - m12 * m02) + m02 * (m01 * m12 - m11 * m02);
  const v00 = (m11 * m22 - m12 * m12) / det;
  const v01 = (m02 * m12 - m01 * m22) / det;
  const v02 = (m01 * m12 - m02 * m11) / det;
  const v11 = (m00 * m22 - m02 * m02) / det;
  const v12 = (m01 * m02 - m00 * m12) / det;
  const v22 = (m00 * m11 - m01 * m01) / det;
  const c: Member['c'] = [
    v00 * b0 + v01 * b1 + v02 * b2,
    v01 * b0 + v11 * b1 + v12 * b2,
    v02 * b0 + v12 * b1 + v22 * b2,
  ];
  return { c, det, covariance: [floor ? v00 : 0, v01, v02, power ? v11 : 0, v12, v22] };
}

interface Whitened {
  one: Feature;
  powers: readonly Feature[];
  anneals: readonly Feature[];
  wy: Float64Array;
  l: Float64Array;
  process: (i: number, j: number) => number;
}

/** Predictions of the members at the places to come, with the part of the discrepancy that goes on. */
function predict(
  path: CurvePath,
  members: readonly Member[],
  white: Whitened,
): Pick<CurveFit, 'losses' | 'deviations'> {
  const { seen, positions } = path;
  const { one, powers, anneals, wy, l, process } = white;
  const count = positions.length - seen;
  const losses = new Float64Array(count);
  const deviations = new Float64Array(count);
  const q = new Float64Array(seen);
  for (let k = 0; k < count; k++) {
    const place = seen + k;
    for (let j = 0; j < seen; j++) q[j] = process(place, j);
    forward(l, seen, q);
    const left = Math.max(0, process(place, place) - dot(q, q, seen));
    const qy = dot(q, wy, seen);
    const f0 = 1 - dot(q, one.white, seen);
    const fx = powers.map((x) => x.values[place]! - dot(q, x.white, seen));
    const fh = anneals.map((h) => h.values[place]! - dot(q, h.white, seen));
    let [mean, square] = [0, 0];
    for (const { weight, x, h, c, covariance: v } of members) {
      const [f1, f2] = [fx[x]!, fh[h]!];
      const loss = qy + c[0] * f0 + c[1] * f1 + c[2] * f2;
      const variance =
        v[0] * f0 * f0 + v[3] * f1 * f1 + v[5] * f2 * f2 + 2 * (v[1] * f0 * f1 + v[2] * f0 * f2 + v[4] * f1 * f2);
      mean += weight * loss;
      square += weight * (loss * loss + Math.max(0, variance));
    }
    losses[k] = mean;
    deviations[k] = Math.sqrt(Math.max(0, square - mean * mean) + left) / Math.max(mean, 1e-9);
  }
  return { losses, deviations };
}

type Averages = Omit<CurveFit, 'losses' | 'deviations' | 'usualAnneal' | 'absolute'>;

function averages(members: readonly Member[], prior: CurvePrior): Averages {
  let [floor, amplitude, alpha, anneal] = [0, 0, 0, 0];
  let [floor2, alpha2, anneal2] = [0, 0, 0];
  const shares = prior.kinds.map(() => 0);
  for (const { weight, kind, x, c, covariance } of members) {
    const exponent = prior.alphas[x]!;
    floor += weight * c[0];
    amplitude += weight * c[1];
    alpha += weight * exponent;
    anneal += weight * c[2];
    floor2 += weight * (c[0] ** 2 + covariance[0]);
    alpha2 += weight * exponent ** 2;
    anneal2 += weight * (c[2] ** 2 + covariance[5]);
    shares[kind]! += weight;
  }
  const most = shares.indexOf(Math.max(...shares));
  return {
    floor,
    amplitude,
    alpha,
    anneal,
    variances: { floor: floor2 - floor ** 2, alpha: alpha2 - alpha ** 2, anneal: anneal2 - anneal ** 2 },
    kind: { name: prior.kinds[most]!.name, share: shares[most]! },
  };
}
