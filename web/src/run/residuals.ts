// Residuals against the band that was predicted: how many predictive deviations each stretch lies off.
import type { BandKnot, Bucket } from '../api/shapes.js';

/** The band is the middle 90 % of single values: 1.645 deviations to each side. */
const TO_EDGE = 1.6448536269514722;

export interface BandAt {
  expected: number;
  lower: number;
  upper: number;
}

/**
 * The knots of each attempt, rising by step; between two of them the band runs straight, beyond them there is none. Before the
 * first knot of a new level it stays as it was: how the forecast stepped over between two knots is not known.
 */
export class Band {
  private readonly byAttempt = new Map<number, BandKnot[]>();

  /** @param levels first knots of new levels */
  constructor(
    knots: readonly BandKnot[],
    private readonly levels: ReadonlySet<BandKnot> = new Set(),
  ) {
    for (const knot of knots) {
      const list = this.byAttempt.get(knot.attempt);
      if (list) list.push(knot);
      else this.byAttempt.set(knot.attempt, [knot]);
    }
    for (const list of this.byAttempt.values()) list.sort((a, b) => a.step - b.step);
  }

  /** Attempts with a band, oldest first. */
  get attempts(): number[] {
    return [...this.byAttempt.keys()].sort((a, b) => a - b);
  }

  knots(attempt: number): readonly BandKnot[] {
    return this.byAttempt.get(attempt) ?? [];
  }

  /** How far the band reaches. Behind the last knot, knots are too far apart to be waited for: it is carried on for 3 %. */
  reach(attempt: number): number {
    const last = this.knots(attempt).at(-1);
    return last === undefined ? -Infinity : last.step * 1.03 + 1;
  }

  /** The knots of an attempt in stretches, a new one at each new level. */
  stretches(attempt: number): BandKnot[][] {
    const stretches: BandKnot[][] = [];
    for (const knot of this.knots(attempt))
      if (stretches.length === 0 || this.levels.has(knot)) stretches.push([knot]);
      else stretches.at(-1)!.push(knot);
    return stretches;
  }

  /** An attempt that repeats steps of the one before is judged by the band that was predicted for these. */
  at(attempt: number, step: number): BandAt | null {
    for (let one = attempt; one > 0; one--) {
      const found = this.ofAttempt(one, step);
      if (found !== null) return found;
    }
    return null;
  }

  /** Null before the first knot and beyond the reach. */
  private ofAttempt(attempt: number, step: number): BandAt | null {
    const knots = this.knots(attempt);
    if (knots.length === 0 || step < knots[0]!.step) return null;
    let low = 0;
    let high = knots.length - 1;
    const last = knots[high]!;
    if (step >= last.step) return step <= this.reach(attempt) ? last : null;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (knots[middle]!.step <= step) low = middle;
      else high = middle;
    }
    const [a, b] = [knots[low]!, knots[high]!];
    if (this.levels.has(b)) return a;
    const share = (step - a.step) / (b.step - a.step);
    const mix = (from: number, to: number): number => from + share * (to - from);
    return { expected: mix(a.expected, b.expected), lower: mix(a.lower, b.lower), upper: mix(a.upper, b.upper) };
  }
}

/** Predictive deviations of a value off the band, on the log scale; null where they cannot be told. */
export function sigmaOf(value: number | null, band: BandAt | null): number | null {
  if (value === null || band === null || value <= 0 || band.lower <= 0) return null;
  const side = value >= band.expected ? band.upper / band.expected : band.expected / band.lower;
  const deviation = Math.log(side) / TO_EDGE;
  return deviation > 0 ? Math.log(value / band.expected) / deviation : null;
}

export interface ResidualStretch {
  attempt: number;
  step: number;
  low: number;
  high: number;
  mean: number;
}

/** Residuals of buckets, at the middle of each; those without a band are left out. */
export function residualsOf(buckets: readonly Bucket[], band: Band): ResidualStretch[] {
  const residuals: ResidualStretch[] = [];
  for (const bucket of buckets) {
    const step = (bucket.step_from + bucket.step_to) / 2;
    const at = band.at(bucket.attempt, step);
    const mean = sigmaOf(bucket.mean, at);
    if (mean === null) continue;
    residuals.push({
      attempt: bucket.attempt,
      step,
      low: sigmaOf(bucket.min, at) ?? mean,
      high: sigmaOf(bucket.max, at) ?? mean,
      mean,
    });
  }
  return residuals;
}
