// The grid over what is not linear in the law: exponents, shapes of annealing, kinds of runs; the rest solved at each member.
import { GridMoments } from './grid-moments.js';
import type { LawProducts } from './law-terms.js';
import type { CurvePrior } from './relax-prior.js';
import { DETERMINANT, SOLVED, solveNonNegative } from './small-normal.js';

/** Members of the grid with less weight than this, relative to the best, change nothing. */
const LEAST_WEIGHT = 1e-2;
/** Kinds that look less like the run than the likeliest, by so much in log weight, are not tried: they change no forecast. */
const UNLIKE = 7;

/** A kind of runs as the grid is solved for it. */
export interface TriedKind {
  /** Expected annealing, in units of the present loss. */
  usualAnneal: number;
  /** Log weight before its law is tried. */
  logWeight: number;
}

/**
 * Bayesian least squares at every exponent and shape for each kind of runs.
 * @param kinds in the order of the prior's
 */
export function solveGrid(products: LawProducts, prior: CurvePrior, kinds: readonly TriedKind[]): GridMoments {
  const shapes = products.anneals.length;
  const size = products.powers.length * shapes;
  const weights = new Float64Array(kinds.length * size);
  const likeliest = Math.max(...kinds.map(({ logWeight }) => logWeight));
  kinds.forEach((kind, index) => {
    const into = weights.subarray(index * size, (index + 1) * size);
    if (kind.logWeight < likeliest - UNLIKE) into.fill(-Infinity);
    else weigh(products, prior, index, kind, into);
  });
  const whole = shares(weights);
  const moments = new GridMoments(kinds.length, products.powers.length, shapes);
  const solved = new Float64Array(SOLVED);
  kinds.forEach((tried, kind) => {
    const means = meansOf(prior, kind, tried);
    for (let member = 0; member < size; member++) {
      const weight = weights[kind * size + member]!;
      if (weight === 0) continue;
      const x = Math.floor(member / shapes);
      const h = member % shapes;
      solveAt(products, means, x, h, solved);
      moments.add(weight / whole, kind, x, h, solved);
    }
  });
  return moments;
}

/** From log weights to weights relative to the best, 0 where a member does not count; gives their sum. */
function shares(weights: Float64Array): number {
  let best = -Infinity;
  for (let i = 0; i < weights.length; i++) if (weights[i]! > best) best = weights[i]!;
  const least = best + Math.log(LEAST_WEIGHT);
  let whole = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]! > least ? Math.exp(weights[i]! - best) : 0;
    weights[i] = weight;
    whole += weight;
  }
  return whole;
}

/** The log weight of each member of one kind, by exponent, then by shape. */
function weigh(products: LawProducts, prior: CurvePrior, index: number, tried: TriedKind, into: Float64Array): void {
  const { powers, anneals } = products;
  const { alpha } = prior.kinds[index]!;
  const means = meansOf(prior, index, tried);
  const { pe, eMean, pk, kMean } = means;
  const base = tried.logWeight - Math.log(alpha[1]);
  const fixed = products.yy + pe * eMean ** 2 + pk * kMean ** 2;
  const solved = new Float64Array(SOLVED);
  for (let x = 0, at = 0; x < powers.length; x++) {
    const z = (prior.alphas[x]! - alpha[0]) / alpha[1];
    for (let h = 0; h < anneals.length; h++, at++) {
      const cost = fixed + solveAt(products, means, x, h, solved);
      const volume = 0.5 * prior.occam * Math.log((pe * pk) / Math.max(solved[DETERMINANT]!, 1e-300));
      into[at] = base - 0.5 * (cost + z * z) + volume;
    }
  }
}

/** A kind's means of floor and annealing, and their precisions. */
interface Means {
  eMean: number;
  pe: number;
  kMean: number;
  pk: number;
}

function meansOf(prior: CurvePrior, index: number, { usualAnneal }: TriedKind): Means {
  const { floor, anneal } = prior.kinds[index]!;
  const kMean = usualAnneal * anneal[0];
  return { eMean: floor[0], pe: 1 / floor[1] ** 2, kMean, pk: 1 / (kMean * anneal[1]) ** 2 };
}

/** @returns what the coefficients found add to the cost */
function solveAt(products: LawProducts, means: Means, x: number, h: number, into: Float64Array): number {
  const { one, powers, anneals, cross } = products;
  const { eMean, pe, kMean, pk } = means;
  const power = powers[x]!;
  const anneal = anneals[h]!;
  return solveNonNegative(
    one.self + pe,
    power.one,
    anneal.one,
    power.self + 1e-9,
    cross[x]![h]!,
    anneal.self + pk,
    one.y + pe * eMean,
    power.y,
    anneal.y + pk * kMean,
    into,
  );
}
