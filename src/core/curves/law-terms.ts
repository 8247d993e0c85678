// The terms of the law L = E + A·S^−α + K·h along a run, as they are and whitened where the run is seen.
import { dot } from './cholesky.js';
import { Discrepancy, type SeenPlaces } from './discrepancy.js';
import { annealings } from './relaxation.js';
import type { CurvePrior } from './relax-prior.js';

/** A run as the law sees it; rates relative to the highest, losses of the seen places in the common unit. */
export interface LawRun extends SeenPlaces {
  rates: Float64Array;
  losses: Float64Array;
}

/** All terms of a run, whitened at the seen places: the floor, a power for each exponent tried, an annealing for each shape. */
export interface LawTerms {
  seen: number;
  one: Float64Array;
  powers: readonly Float64Array[];
  anneals: readonly Float64Array[];
  losses: Float64Array;
  /** Annealing by shape at all places, as it is. */
  annealing: readonly Float64Array[];
  discrepancy: Discrepancy;
}

/** @param level deviation of a level of the run's own that the law does not know of */
export function lawTerms(run: LawRun, prior: CurvePrior, level = 0): LawTerms {
  const { seen, positions, rates } = run;
  const discrepancy = new Discrepancy(run, prior, level);
  const logs = positions.subarray(0, seen).map(Math.log);
  const annealing = annealings(positions, rates, prior.shapes);
  return {
    seen,
    one: discrepancy.whiten(new Float64Array(seen).fill(1)),
    powers: prior.alphas.map((alpha) => discrepancy.whiten(logs.map((log) => Math.exp(-alpha * log)))),
    anneals: annealing.map((h) => discrepancy.whiten(h.slice(0, seen))),
    losses: discrepancy.whiten(run.losses.slice(0, seen)),
    annealing,
    discrepancy,
  };
}

/** Sums of products of whitened terms over all runs: what least squares need. */
export interface LawProducts {
  yy: number;
  one: { self: number; y: number };
  powers: { self: number; y: number; one: number }[];
  anneals: { self: number; y: number; one: number }[];
  /** By power, then by shape. */
  cross: Float64Array[];
}

export function lawProducts(runs: readonly LawTerms[]): LawProducts {
  const sum = (left: (run: LawTerms) => Float64Array, right: (run: LawTerms) => Float64Array): number => {
    let total = 0;
    for (const run of runs) total += dot(left(run), right(run), run.seen);
    return total;
  };
  const single = (term: (run: LawTerms) => Float64Array): { self: number; y: number; one: number } => ({
    self: sum(term, term),
    y: sum(term, ({ losses }) => losses),
    one: sum(({ one }) => one, term),
  });
  const { powers, anneals } = runs[0]!;
  const cross = powers.map(() => new Float64Array(anneals.length));
  for (const run of runs)
    for (let x = 0; x < powers.length; x++)
      for (let h = 0; h < anneals.length; h++) cross[x]![h]! += dot(run.powers[x]!, run.anneals[h]!, run.seen);
  return {
    yy: sum(
      ({ losses }) => losses,
      ({ losses }) => losses,
    ),
    one: single(({ one }) => one),
    powers: powers.map((_, x) => single((run) => run.powers[x]!)),
    anneals: anneals.map((_, h) => single((run) => run.anneals[h]!)),
    cross,
  };
}
