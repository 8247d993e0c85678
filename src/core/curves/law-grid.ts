// The grid over what is not linear in the law: exponents, shapes of annealing, kinds of runs; the rest solved at each member.
import { GridMoments } from './grid-moments.js';
import { LOSSES, type LawProducts, ONE, POWERS } from './law-terms.js';
import type { CurvePrior } from './relax-prior.js';
import { DETERMINANT, SOLVED, solveNonNegative } from './small-normal.js';

/** Members of the grid with less weight than this, relative to the best, change nothing; in log. */
const LEAST_WEIGHT = Math.log(1e-2);
/** Kinds that look less like the run than the likeliest, by so much in log weight, are not tried: they change no forecast. */
const UNLIKE = 7;

/** A kind of runs as the grid is solved for it. */
export interface TriedKind {
  /** Expected annealing, in units of the present loss. */
  usualAnneal: number;
  /** Log weight before its law is tried. */
  logWeight: number;
}

/** Numbers kept of a member: what it is solved to, then these. */
const LOG_WEIGHT = SOLVED;
const KIND = SOLVED + 1;
const X = SOLVED + 2;
const H = SOLVED + 3;
const MEMBER = SOLVED + 4;

/** Members that may count, one behind the other; room that is used again for every grid. */
let members = new Float64Array(0);

/**
 * Bayesian least squares at every exponent and shape for each kind of runs.
 * @param kinds in the order of the prior's
 */
export function solveGrid(products: LawProducts, prior: CurvePrior, kinds: readonly TriedKind[]): GridMoments {
  const { powers, shapes } = products;
  const most = MEMBER * (kinds.length * powers * shapes + 1);
  if (members.length < most) members = new Float64Array(most);
  const likeliest = Math.max(...kinds.map(({ logWeight }) => logWeight));
  let found = { end: 0, best: -Infinity };
  kinds.forEach((kind, index) => {
    if (kind.logWeight >= likeliest - UNLIKE) found = solveKind(products, prior, index, kind, found);
  });
  return momentsOf(found, new GridMoments(kinds.length, powers, shapes));
}

/** Members found so far: where they end, and the highest log weight. */
interface Found {
  end: number;
  best: number;
}

/** Adds those members of one kind that may count, by exponent, then by shape. */
function solveKind(
  products: LawProducts,
  prior: CurvePrior,
  index: number,
  tried: TriedKind,
  { end, best }: Found,
): Found {
  const { powers, shapes, self } = products;
  const { alpha } = prior.kinds[index]!;
  const means = meansOf(prior, index, tried);
  const { pe, eMean, pk, kMean } = means;
  const base = tried.logWeight - Math.log(alpha[1]);
  const fixed = self[LOSSES]! + pe * eMean ** 2 + pk * kMean ** 2;
  for (let x = 0; x < powers; x++) {
    const z = (prior.alphas[x]! - alpha[0]) / alpha[1];
    for (let h = 0; h < shapes; h++) {
      const cost = fixed + solveAt(products, means, x, h, members, end);
      const volume = 0.5 * prior.occam * Math.log((pe * pk) / Math.max(members[end + DETERMINANT]!, 1e-300));
      const weight = base - 0.5 * (cost + z * z) + volume;
      // The best of all is not known yet: what does not count beside the best so far is written over.
      if (!(weight > best + LEAST_WEIGHT)) continue;
      members[end + LOG_WEIGHT] = weight;
      members[end + KIND] = index;
      members[end + X] = x;
      members[end + H] = h;
      end += MEMBER;
      best = Math.max(best, weight);
    }
  }
  return { end, best };
}

/** Takes in each member by its share of the whole. */
function momentsOf({ end, best }: Found, moments: GridMoments): GridMoments {
  let whole = 0;
  for (let at = 0; at < end; at += MEMBER) {
    const weight = members[at + LOG_WEIGHT]!;
    whole += members[at + LOG_WEIGHT] = weight > best + LEAST_WEIGHT ? Math.exp(weight - best) : 0;
  }
  for (let at = 0; at < end; at += MEMBER) {
    const weight = members[at + LOG_WEIGHT]!;
    if (weight > 0) moments.add(weight / whole, members[at + KIND]!, members[at + X]!, members[at + H]!, members, at);
  }
  return moments;
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
function solveAt(products: LawProducts, means: Means, x: number, h: number, into: Float64Array, at: number): number {
  const { powers, shapes, self, one, y, cross } = products;
  const { eMean, pe, kMean, pk } = means;
  const power = POWERS + x;
  const anneal = POWERS + powers + h;
  return solveNonNegative(
    self[ONE]! + pe,
    one[power]!,
    one[anneal]!,
    self[power]! + 1e-9,
    cross[x * shapes + h]!,
    self[anneal]! + pk,
    y[ONE]! + pe * eMean,
    y[power]!,
    y[anneal]! + pk * kMean,
    into,
    at,
  );
}
