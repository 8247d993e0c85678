// Fits L = E + A·S^−α + K·h to the past of a run: a grid over what is not linear, Bayesian least squares for the rest.
import { dot, forward } from './cholesky.js';
import type { CurvePath } from './curve-path.js';
import { type Member, normalise, solveKind } from './law-grid.js';
import { type LawRun, type LawTerms, lawProducts, lawTerms } from './law-terms.js';
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

/** A finished run that obeyed the same law, positions and losses in the units of the run that is fitted. */
export interface Companion extends LawRun {
  /** How far the level of its loss may be off. */
  level: number;
}

/** Above this a peak rate is a multiplier, no learning rate. */
const HIGHEST_RATE = 0.5;

/**
 * The posterior average over exponents and shapes, each weighted by how well it explains what is seen. What the law leaves
 * over is a Gaussian process in log position, so that the past counts by what it still says of the future.
 *
 * @param rateKnown whether the rates of the path are learning rates
 * @param companions other runs of the same law: whatever they say of it counts as well
 */
export function fitCurve(
  path: CurvePath,
  prior: CurvePrior,
  rateKnown: boolean,
  companions: readonly Companion[] = [],
): CurveFit {
  const own = lawTerms(path, prior);
  const products = lawProducts([own, ...companions.map((run) => lawTerms(run, prior, run.level))]);
  const absolute = rateKnown && path.peak > 0 && path.peak < HIGHEST_RATE;
  const usual = annealMean(path, prior.anneal, absolute);
  const members = prior.kinds.flatMap((kind, index) =>
    solveKind(products, prior, index, usual, likeness(path, prior, kind, absolute)),
  );
  normalise(members);
  return { ...predict(own, members), usualAnneal: usual, absolute, ...averages(members, prior) };
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

/** Predictions of the members at the places to come, with the part of the discrepancy that goes on. */
function predict(own: LawTerms, members: readonly Member[]): Pick<CurveFit, 'losses' | 'deviations'> {
  const { seen, one, powers, anneals, losses: wy, factor, process } = own;
  const count = one.values.length - seen;
  const losses = new Float64Array(count);
  const deviations = new Float64Array(count);
  const q = new Float64Array(seen);
  for (let k = 0; k < count; k++) {
    const place = seen + k;
    for (let j = 0; j < seen; j++) q[j] = process(place, j);
    forward(factor, seen, q);
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
