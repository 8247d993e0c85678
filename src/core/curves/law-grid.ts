// The grid over what is not linear in the law: exponents, shapes of annealing, kinds of runs; the rest solved at each member.
import type { LawProducts } from './law-terms.js';
import type { CurvePrior } from './relax-prior.js';

/** Members of the grid with less weight than this, relative to the best, change nothing. */
const LEAST_WEIGHT = 1e-2;

/** One member of the grid: coefficients of floor, power and annealing, and their covariance as 00 01 02 11 12 22. */
export interface Member {
  weight: number;
  kind: number;
  x: number;
  h: number;
  c: [number, number, number];
  covariance: [number, number, number, number, number, number];
}

/**
 * Bayesian least squares at every exponent and shape for one kind of runs.
 * @param kUsual expected annealing, in units of the present loss
 * @param logWeight of the kind, before its law is tried
 * @returns members whose weights are logs
 */
export function solveKind(
  products: LawProducts,
  prior: CurvePrior,
  index: number,
  kUsual: number,
  logWeight: number,
): Member[] {
  const { one, powers, anneals, cross, yy } = products;
  const kind = prior.kinds[index]!;
  const [eMean, eDeviation] = kind.floor;
  const kMean = kUsual * kind.anneal[0];
  const pe = 1 / eDeviation ** 2;
  const pk = 1 / (kMean * kind.anneal[1]) ** 2;
  return powers.flatMap((x, xi) => {
    const z = (prior.alphas[xi]! - kind.alpha[0]) / kind.alpha[1];
    return anneals.map((h, hi): Member => {
      const normal: Normal = {
        m: [one.self + pe, x.one, h.one, x.self + 1e-9, cross[xi]![hi]!, h.self + pk],
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
export function normalise(members: Member[]): void {
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
