// Fits L = E + A·S^−α + K·h to the past of a run: a grid over what is not linear, Bayesian least squares for the rest.
import type { CurvePath } from './curve-path.js';
import type { GridMoments } from './grid-moments.js';
import { solveGrid } from './law-grid.js';
import { predict } from './law-prediction.js';
import { type LawRun, lawProducts, lawTerms } from './law-terms.js';
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
  const kinds = prior.kinds.map((kind) => ({
    usualAnneal: usual,
    logWeight: likeness(path, prior, kind, absolute),
  }));
  const moments = solveGrid(products, prior, kinds);
  const prediction = predict(own, path.positions, prior.alphas, moments);
  return { ...prediction, usualAnneal: usual, absolute, ...averages(moments, prior) };
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

type Averages = Omit<CurveFit, 'losses' | 'deviations' | 'usualAnneal' | 'absolute'>;

function averages({ kinds, powers, e, ee, a, k, kk }: GridMoments, prior: CurvePrior): Averages {
  const alpha = powers.reduce((total, share, x) => total + share * prior.alphas[x]!, 0);
  const alpha2 = powers.reduce((total, share, x) => total + share * prior.alphas[x]! ** 2, 0);
  const anneal = sum(k);
  return {
    floor: e,
    amplitude: sum(a),
    alpha,
    anneal,
    variances: { floor: ee - e ** 2, alpha: alpha2 - alpha ** 2, anneal: sum(kk) - anneal ** 2 },
    kind: likeliest(kinds, prior),
  };
}

/** A source and its recipes have one name: their shares are one. */
function likeliest(shares: Float64Array, { kinds }: CurvePrior): CurveFit['kind'] {
  const byName = new Map<string, number>();
  kinds.forEach(({ name }, k) => byName.set(name, (byName.get(name) ?? 0) + shares[k]!));
  let most: CurveFit['kind'] = { name: kinds[0]!.name, share: 0 };
  for (const [name, share] of byName) if (share > most.share) most = { name, share };
  return most;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
