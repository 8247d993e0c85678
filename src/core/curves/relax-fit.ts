// Fits L = E + A·S^−α + K·h to the past of a run: a grid over what is not linear, Bayesian least squares for the rest.
import { annealing, type RelaxationShape } from './relaxation.js';

/** What runs have in common before anything is seen of this one. Losses in units of the run's present loss. */
export interface CurvePrior {
  alphas: readonly number[];
  alphaMean: number;
  alphaDeviation: number;
  shapes: readonly RelaxationShape[];
  /** Irreducible part, and its spread. */
  floorMean: number;
  floorDeviation: number;
  /** Fall from the peak rate to none. */
  annealMean: number;
  annealDeviation: number;
  /** Powers of position by which the past counts less. */
  forgettings: readonly number[];
  /** Deviation of a healthy curve from the law, relative. */
  discrepancy: number;
  /** Number of independent looks that the bins are worth. */
  looks: number;
}

/** The seen bins and the places to predict, in order. Positions in units of the whole training. */
export interface CurvePath {
  seen: number;
  positions: Float64Array;
  rates: Float64Array;
  /** Losses of the seen bins, relative to the present loss. */
  losses: Float64Array;
  /** Variance of the seen bins' means from noise alone, relative. */
  variances: Float64Array;
}

/** Averages over the grid; `losses` at every place of the path. */
export interface CurveFit {
  losses: Float64Array;
  /** Spread of the grid's predictions at each place. */
  spreads: Float64Array;
  floor: number;
  amplitude: number;
  alpha: number;
  anneal: number;
}

/** Weighted average over all members of the grid. */
export function fitCurve(path: CurvePath, prior: CurvePrior): CurveFit {
  const { positions, seen } = path;
  const places = positions.length;
  const members: { weight: number; alpha: number; h: number; x: number; c: Float64Array }[] = [];
  const hs = prior.shapes.map((shape) => {
    const h = new Float64Array(places);
    annealing(positions, path.rates, shape, h);
    return h;
  });
  const xs = prior.alphas.map((alpha) => positions.map((s) => Math.pow(s, -alpha)));
  const weights = prior.forgettings.map((power) => pastWeights(path, prior, power));
  for (let a = 0; a < xs.length; a++) {
    const alpha = prior.alphas[a]!;
    const z = (alpha - prior.alphaMean) / prior.alphaDeviation;
    for (let s = 0; s < hs.length; s++) {
      for (const w of weights) {
        const fit = solve(path, xs[a]!, hs[s]!, w, prior, seen);
        members.push({ weight: -0.5 * (fit.cost + z * z), alpha, h: s, x: a, c: fit.c });
      }
    }
  }
  const best = members.reduce((most, one) => Math.max(most, one.weight), -Infinity);
  let whole = 0;
  for (const one of members) whole += one.weight = Math.exp(one.weight - best);
  const losses = new Float64Array(places);
  const squares = new Float64Array(places);
  const average = { floor: 0, amplitude: 0, alpha: 0, anneal: 0 };
  for (const { weight, alpha, x, h, c } of members) {
    const share = weight / whole;
    if (share < 1e-4) continue;
    const [xa, ha] = [xs[x]!, hs[h]!];
    for (let i = 0; i < places; i++) {
      const loss = c[0]! + c[1]! * xa[i]! + c[2]! * ha[i]!;
      losses[i]! += share * loss;
      squares[i]! += share * loss * loss;
    }
    average.floor += share * c[0]!;
    average.amplitude += share * c[1]!;
    average.alpha += share * alpha;
    average.anneal += share * c[2]!;
  }
  const spreads = squares.map((square, i) => Math.sqrt(Math.max(0, square - losses[i]! ** 2)));
  return { losses, spreads, ...average };
}

/** Weights of the bins: noise and discrepancy, and less the longer ago, summing to the number of looks over variance. */
function pastWeights({ seen, positions, variances }: CurvePath, prior: CurvePrior, power: number): Float64Array {
  const now = positions[seen - 1]!;
  const floor = prior.discrepancy ** 2;
  const weights = new Float64Array(seen);
  let before = 0;
  let whole = 0;
  for (let i = 0; i < seen; i++) {
    // A bin counts by its stretch of log position, so that where points lie dense does not decide.
    const stretch = positions[i]! - before;
    before = positions[i]!;
    weights[i] = Math.pow(positions[i]! / now, power) * Math.max(stretch, 0);
    whole += weights[i]!;
  }
  for (let i = 0; i < seen; i++)
    weights[i]! *= prior.looks / whole / (variances[i]! * prior.looks * (weights[i]! / whole) + floor);
  return weights;
}

const m = new Float64Array(9);

function solve(
  { losses }: CurvePath,
  x: Float64Array,
  h: Float64Array,
  w: Float64Array,
  prior: CurvePrior,
  seen: number,
): { c: Float64Array; cost: number } {
  const pe = 1 / prior.floorDeviation ** 2;
  const pk = 1 / prior.annealDeviation ** 2;
  m[0] = pe;
  m[1] = m[2] = 0;
  m[3] = 1e-9;
  m[4] = 0;
  m[5] = pk;
  m[6] = pe * prior.floorMean;
  m[7] = 0;
  m[8] = pk * prior.annealMean;
  for (let i = 0; i < seen; i++) {
    const wi = w[i]!;
    const [xi, hi, y] = [x[i]!, h[i]!, losses[i]!];
    m[0]! += wi;
    m[1]! += wi * xi;
    m[2]! += wi * hi;
    m[3]! += wi * xi * xi;
    m[4]! += wi * xi * hi;
    m[5]! += wi * hi * hi;
    m[6]! += wi * y;
    m[7]! += wi * xi * y;
    m[8]! += wi * hi * y;
  }
  const c = new Float64Array(3);
  nonNegative(c);
  let cost = pe * (c[0]! - prior.floorMean) ** 2 + pk * (c[2]! - prior.annealMean) ** 2;
  for (let i = 0; i < seen; i++) {
    const r = losses[i]! - c[0]! - c[1]! * x[i]! - c[2]! * h[i]!;
    cost += w[i]! * r * r;
  }
  return { c, cost };
}

/** Solves the symmetric system in `m` with floor and amplitude not below 0, dropping what would be. */
function nonNegative(c: Float64Array): void {
  for (const [useE, useA] of [
    [true, true],
    [false, true],
    [true, false],
  ] as const) {
    const [a, b, d] = [useE ? m[0]! : 1, useE && useA ? m[1]! : 0, useE ? m[2]! : 0];
    const [e, f, g] = [useA ? m[3]! : 1, useA ? m[4]! : 0, m[5]!];
    const [y0, y1, y2] = [useE ? m[6]! : 0, useA ? m[7]! : 0, m[8]!];
    const det = a * (e * g - f * f) - b * (b * g - f * d) + d * (b * f - e * d);
    c[0] = (y0 * (e * g - f * f) - b * (y1 * g - f * y2) + d * (y1 * f - e * y2)) / det;
    c[1] = (a * (y1 * g - f * y2) - y0 * (b * g - f * d) + d * (b * y2 - y1 * d)) / det;
    c[2] = (a * (e * y2 - y1 * f) - b * (b * y2 - y1 * d) + y0 * (b * f - e * d)) / det;
    if (c[0]! >= 0 && c[1]! >= 0) return;
  }
}
