// What the members of the grid say together: weighted sums of their coefficients, and of the squares of those.
import { C, COVARIANCE } from './small-normal.js';

/** Shares of the whole, and sums over the members by exponent and by shape; second moments hold the covariance, too. */
export class GridMoments {
  /** Weight by kind of runs, and by exponent. */
  readonly kinds: Float64Array;
  readonly powers: Float64Array;
  /** Of the floor E. */
  e = 0;
  ee = 0;
  /** Of the amplitude A, by exponent. */
  readonly a: Float64Array;
  readonly ea: Float64Array;
  readonly aa: Float64Array;
  /** Of the annealing K, by shape. */
  readonly k: Float64Array;
  readonly ek: Float64Array;
  readonly kk: Float64Array;
  /** By exponent, then by shape. */
  readonly ak: Float64Array;

  constructor(kinds: number, powers: number, shapes: number) {
    this.kinds = new Float64Array(kinds);
    this.powers = new Float64Array(powers);
    [this.a, this.ea, this.aa] = [new Float64Array(powers), new Float64Array(powers), new Float64Array(powers)];
    [this.k, this.ek, this.kk] = [new Float64Array(shapes), new Float64Array(shapes), new Float64Array(shapes)];
    this.ak = new Float64Array(powers * shapes);
  }

  /** Takes in a member by its share of the whole; `solved` holds its coefficients and their covariance at `at`. */
  add(share: number, kind: number, x: number, h: number, solved: Float64Array, at: number): void {
    const e = solved[at + C]!;
    const a = solved[at + C + 1]!;
    const k = solved[at + C + 2]!;
    this.kinds[kind]! += share;
    this.powers[x]! += share;
    this.e += share * e;
    this.a[x]! += share * a;
    this.k[h]! += share * k;
    this.ee += share * (e * e + solved[at + COVARIANCE]!);
    this.ea[x]! += share * (e * a + solved[at + COVARIANCE + 1]!);
    this.ek[h]! += share * (e * k + solved[at + COVARIANCE + 2]!);
    this.aa[x]! += share * (a * a + solved[at + COVARIANCE + 3]!);
    this.ak[x * this.k.length + h]! += share * (a * k + solved[at + COVARIANCE + 4]!);
    this.kk[h]! += share * (k * k + solved[at + COVARIANCE + 5]!);
  }
}
