// What the law of a run leaves over: a slow and a fast Gaussian process in log position, the slow one larger the longer ago.
import { dot, factorise, forward } from './cholesky.js';
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
  /** Covariance of each process's seen places with its newest, whitened. */
  private readonly slow: Float64Array;
  private readonly fast: Float64Array;
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
    const slowly = new Float64Array(seen);
    const quickly = new Float64Array(seen);
    for (let i = 0; i < seen; i++) {
      const back = Math.log(positions[i]!) - this.now;
      size[i] = slow.deviation * Math.exp(slow.past * Math.max(0, -back));
      slowly[i] = Math.exp(Math.max(back / slow.length, LEAST_EXPONENT));
      quickly[i] = Math.exp(Math.max(back / fast.length, LEAST_EXPONENT));
    }
    const fastVariance = fast.deviation ** 2;
    const shared = level ** 2;
    const l = new Float64Array(seen * seen);
    for (let i = 0; i < seen; i++) {
      const [scaled, slowHere, fastHere] = [size[i]!, slowly[i]!, quickly[i]!];
      for (let j = 0; j <= i; j++)
        l[i * seen + j] =
          scaled * size[j]! * (slowly[j]! / slowHere) + fastVariance * (quickly[j]! / fastHere) + shared;
      l[i * seen + i]! += variances[i]!;
    }
    factorise(l, seen);
    this.factor = l;
    for (let i = 0; i < seen; i++) {
      slowly[i]! *= size[i]!;
      quickly[i]! *= fastVariance;
    }
    this.slow = forward(l, seen, slowly);
    this.fast = forward(l, seen, quickly);
    this.products = {
      slow: dot(slowly, slowly, seen),
      fast: dot(quickly, quickly, seen),
      both: dot(slowly, quickly, seen),
    };
  }

  /** Whitens the seen values, in place. */
  whiten(values: Float64Array): Float64Array {
    return forward(this.factor, this.seen, values);
  }

  /** What whitened values say of each process at the newest seen place. */
  carried(white: Float64Array): Carried {
    return { slow: dot(this.slow, white, this.seen), fast: dot(this.fast, white, this.seen) };
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
