// What the law of a run leaves over: a slow and a fast Gaussian process in log position, the slow one larger the longer ago.
import { factorise, forward } from './cholesky.js';
import type { CurvePrior } from './relax-prior.js';

/** Places of a run whose first ones are seen: the past counts by what it still says of the places to come. */
export interface SeenPlaces {
  /** How many of the places are seen. */
  seen: number;
  /** Increasing, in units of the whole training. */
  positions: Float64Array;
  /** Variance of the seen places' means from noise alone. */
  variances: Float64Array;
}

/** Below this an exponential counts as zero; bounded so that quotients of two of them stay numbers. */
const LEAST_EXPONENT = -600;

/**
 * Both processes are exponential in log position, so that a covariance is a product of one factor of each place: what is
 * seen has to be whitened twice, once for each process, whatever the number of places to come.
 */
export class Discrepancy {
  /** Cholesky factor of what is uncertain of the seen places. */
  readonly factor: Float64Array;
  private readonly seen: number;
  private readonly now: number;
  /** Covariance of each process's seen places with its newest, whitened: slow and fast in turn. */
  private readonly newest: Float64Array;
  private readonly products: { slow: number; fast: number; both: number };

  /** @param level deviation of a level that all seen places share */
  constructor(
    { seen, positions, variances }: SeenPlaces,
    private readonly prior: Pick<CurvePrior, 'slow' | 'fast'>,
    level = 0,
  ) {
    const { slow, fast } = prior;
    this.seen = seen;
    this.now = seen > 0 ? Math.log(positions[seen - 1]!) : 0;
    const size = new Float64Array(seen);
    const newest = new Float64Array(2 * seen);
    for (let i = 0; i < seen; i++) {
      const back = Math.log(positions[i]!) - this.now;
      size[i] = slow.deviation * Math.exp(slow.past * Math.max(0, -back));
      newest[2 * i] = Math.exp(Math.max(back / slow.length, LEAST_EXPONENT));
      newest[2 * i + 1] = Math.exp(Math.max(back / fast.length, LEAST_EXPONENT));
    }
    const fastVariance = fast.deviation ** 2;
    const shared = level ** 2;
    const l = new Float64Array(seen * seen);
    for (let i = 0; i < seen; i++) {
      const [scaled, slowHere, fastHere] = [size[i]!, newest[2 * i]!, newest[2 * i + 1]!];
      for (let j = 0; j <= i; j++)
        l[i * seen + j] =
          scaled * size[j]! * (newest[2 * j]! / slowHere) + fastVariance * (newest[2 * j + 1]! / fastHere) + shared;
      l[i * seen + i]! += variances[i]!;
    }
    factorise(l, seen);
    this.factor = l;
    for (let i = 0; i < seen; i++) {
      newest[2 * i]! *= size[i]!;
      newest[2 * i + 1]! *= fastVariance;
    }
    forward(l, seen, newest, 2);
    this.newest = newest;
    const products = { slow: 0, fast: 0, both: 0 };
    for (let i = 0; i < seen; i++) {
      const [slowly, quickly] = [newest[2 * i]!, newest[2 * i + 1]!];
      products.slow += slowly * slowly;
      products.fast += quickly * quickly;
      products.both += slowly * quickly;
    }
    this.products = products;
  }

  /** Whitens the columns of `values`, which has a row for each seen place, in place. */
  whiten(values: Float64Array, columns: number): void {
    forward(this.factor, this.seen, values, columns);
  }

  /** What whitened columns say of each process at the newest seen place. */
  carried(white: Float64Array, columns: number): { slow: Float64Array; fast: Float64Array } {
    const slow = new Float64Array(columns);
    const fast = new Float64Array(columns);
    for (let i = 0, at = 0; i < this.seen; i++) {
      const [slowly, quickly] = [this.newest[2 * i]!, this.newest[2 * i + 1]!];
      for (let c = 0; c < columns; c++, at++) {
        slow[c]! += slowly * white[at]!;
        fast[c]! += quickly * white[at]!;
      }
    }
    return { slow, fast };
  }

  /** How much of each process at the newest seen place goes on to a position at or behind it. */
  reach(position: number): Carried {
    const on = Math.max(0, Math.log(position) - this.now);
    const { slow, fast } = this.prior;
    return { slow: slow.deviation * Math.exp(-on / slow.length), fast: Math.exp(-on / fast.length) };
  }

  /** Variance of the discrepancy at a place to come that what is seen does not tell. */
  unknown({ slow, fast }: Carried): number {
    const { slow: s, fast: f } = this.prior;
    const { products } = this;
    const told = slow * slow * products.slow + 2 * slow * fast * products.both + fast * fast * products.fast;
    return Math.max(0, s.deviation ** 2 + f.deviation ** 2 - told);
  }
}

/** A number for each of the two processes. */
export interface Carried {
  slow: number;
  fast: number;
}
