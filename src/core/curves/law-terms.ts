// The terms of the law L = E + A·S^−α + K·h along a run, as they are and whitened where the run is seen.
import { dot, forward } from './cholesky.js';
import { type Covariance, type SeenPlaces, discrepancy, seenFactor } from './discrepancy.js';
import { annealing } from './relaxation.js';
import type { CurvePrior } from './relax-prior.js';

/** A run as the law sees it; rates relative to the highest, losses of the seen places in the common unit. */
export interface LawRun extends SeenPlaces {
  rates: Float64Array;
  losses: Float64Array;
}

/** One term at all places, and whitened at the seen ones. */
export interface Term {
  values: Float64Array;
  white: Float64Array;
}

/** All terms of a run: the floor, a power for each exponent tried, an annealing for each shape. */
export interface LawTerms {
  seen: number;
  one: Term;
  powers: readonly Term[];
  anneals: readonly Term[];
  /** Whitened losses. */
  losses: Float64Array;
  /** Whitens what is seen. */
  factor: Float64Array;
  process: Covariance;
}

/** @param level deviation of a level of the run's own that the law does not know of */
export function lawTerms(run: LawRun, prior: CurvePrior, level = 0): LawTerms {
  const { seen, positions, rates } = run;
  const process = discrepancy(run, prior);
  const factor = seenFactor(run, process, level);
  const whiten = (values: Float64Array): Float64Array => forward(factor, seen, values.slice(0, seen));
  const term = (values: Float64Array): Term => ({ values, white: whiten(values) });
  return {
    seen,
    one: term(new Float64Array(positions.length).fill(1)),
    powers: prior.alphas.map((alpha) => term(positions.map((s) => Math.pow(s, -alpha)))),
    anneals: prior.shapes.map((shape) => {
      const h = new Float64Array(positions.length);
      annealing(positions, rates, shape, h);
      return term(h);
    }),
    losses: whiten(run.losses),
    factor,
    process,
  };
}

/** Sums of products of whitened terms over all runs: what least squares need. */
export interface LawProducts {
  yy: number;
  one: { self: number; y: number };
  powers: { self: number; y: number; one: number }[];
  anneals: { self: number; y: number; one: number }[];
  /** By power, then by shape. */
  cross: number[][];
}

export function lawProducts(runs: readonly LawTerms[]): LawProducts {
  const sum = (product: (run: LawTerms) => [Float64Array, Float64Array]): number =>
    runs.reduce((total, run) => total + dot(...product(run), run.seen), 0);
  const single = (term: (run: LawTerms) => Term): { self: number; y: number; one: number } => ({
    self: sum((run) => [term(run).white, term(run).white]),
    y: sum((run) => [term(run).white, run.losses]),
    one: sum((run) => [run.one.white, term(run).white]),
  });
  const { powers, anneals } = runs[0]!;
  return {
    yy: sum((run) => [run.losses, run.losses]),
    one: single((run) => run.one),
    powers: powers.map((_, x) => single((run) => run.powers[x]!)),
    anneals: anneals.map((_, h) => single((run) => run.anneals[h]!)),
    cross: powers.map((_, x) => anneals.map((__, h) => sum((run) => [run.powers[x]!.white, run.anneals[h]!.white]))),
  };
}
