// The terms of the law L = E + A·S^−α + K·h along a run, as they are and whitened where the run is seen.
import { Discrepancy, type SeenPlaces } from './discrepancy.js';
import { annealings } from './relaxation.js';
import type { CurvePrior } from './relax-prior.js';

/** A run as the law sees it; rates relative to the highest, losses of the seen places in the common unit. */
export interface LawRun extends SeenPlaces {
  rates: Float64Array;
  losses: Float64Array;
}

/** Columns of the terms: floor, losses, a power for each exponent tried; behind them an annealing for each shape. */
export const ONE = 0;
export const LOSSES = 1;
export const POWERS = 2;

/** All terms of a run. */
export interface LawTerms {
  seen: number;
  /** Number of exponents, and of shapes. */
  powers: number;
  shapes: number;
  /** Whitened, by seen place, then by column. */
  white: Float64Array;
  /** Annealing at all places by shape, as it is. */
  annealing: Float64Array;
  discrepancy: Discrepancy;
}

/** @param level deviation of a level of the run's own that the law does not know of */
export function lawTerms(run: LawRun, prior: CurvePrior, level = 0): LawTerms {
  const { seen, positions, rates, losses } = run;
  const { alphas } = prior;
  const [powers, shapes] = [alphas.length, prior.shapes.length];
  const annealing = annealings(positions, rates, prior.shapes);
  const white = new Float64Array(seen * (POWERS + powers + shapes));
  for (let i = 0, at = 0; i < seen; i++) {
    const log = Math.log(positions[i]!);
    white[at++] = 1;
    white[at++] = losses[i]!;
    for (let x = 0; x < powers; x++) white[at++] = Math.exp(-alphas[x]! * log);
    for (let h = 0; h < shapes; h++) white[at++] = annealing[i * shapes + h]!;
  }
  const discrepancy = new Discrepancy(run, prior, level);
  discrepancy.whiten(white, POWERS + powers + shapes);
  return { seen, powers, shapes, white, annealing, discrepancy };
}

/** Sums of products of whitened terms over all runs: what least squares need. */
export interface LawProducts {
  powers: number;
  shapes: number;
  /** Of each column with itself, with the floor, with the losses. */
  self: Float64Array;
  one: Float64Array;
  y: Float64Array;
  /** Of powers with annealings: by power, then by shape. */
  cross: Float64Array;
}

/** @param runs at least one, all of the same exponents and shapes */
export function lawProducts([first, ...others]: readonly [LawTerms, ...LawTerms[]]): LawProducts {
  const sums = productsOf(first);
  for (const run of others) {
    const own = productsOf(run);
    for (const name of ['self', 'one', 'y', 'cross'] as const)
      for (let at = 0; at < sums[name].length; at++) sums[name][at]! += own[name][at]!;
  }
  return sums;
}

function productsOf({ seen, powers, shapes, white }: LawTerms): LawProducts {
  const columns = POWERS + powers + shapes;
  const [self, one, y] = [new Float64Array(columns), new Float64Array(columns), new Float64Array(columns)];
  const cross = new Float64Array(powers * shapes);
  for (let row = 0; row < seen * columns; row += columns) {
    const [floor, loss] = [white[row + ONE]!, white[row + LOSSES]!];
    for (let c = 0; c < columns; c++) {
      const term = white[row + c]!;
      self[c]! += term * term;
      one[c]! += floor * term;
      y[c]! += term * loss;
    }
    const anneals = row + POWERS + powers;
    for (let x = 0, at = 0; x < powers; x++) {
      const power = white[row + POWERS + x]!;
      for (let h = 0; h < shapes; h++, at++) cross[at]! += power * white[anneals + h]!;
    }
  }
  return { powers, shapes, self, one, y, cross };
}
