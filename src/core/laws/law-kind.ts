// What every law can do: name its parameters, give its loss, and be fitted to a table.
import type { Place, RunTable } from './run-table.js';

export type Parameters = Readonly<Record<string, number>>;
export type Input = 'params' | 'tokens' | 'compute' | 'unique';

export interface LawOptions {
  /** Where Huber's loss on log residuals turns from square to straight. */
  delta: number;
  /** How often each row counts; once where absent. */
  weights?: Float64Array;
  /** A fit of the same rows with other weights to start from, as bootstraps do: the global search is left out. */
  from?: LawFit;
  /** Kaplan's single laws: with an irreducible term E. */
  irreducible?: boolean;
}

export interface LawFit {
  parameters: Parameters;
  /** Sum over the rows of Huber's loss on log residuals (weighted as asked). */
  objective: number;
  converged: boolean;
  stopped: string;
  /** Where the optimiser ended, in the law's own inner coordinates, for fits to the same rows with other weights. */
  warm?: { at: Float64Array; inverse: Float64Array };
}

/** How the best N and D grow with compute: N = G·(C/6)^a, D = (C/6)^b / G, so that 6·N·D = C. */
export interface Optimum {
  a: number;
  b: number;
  G: number;
}

export interface LawKind {
  readonly name: string;
  /** The formula as it is printed. */
  readonly formula: string;
  /** What the law is a function of. */
  readonly inputs: readonly Input[];
  /** Names of the formula's parameters that a fit has. */
  parameters(options: { irreducible?: boolean }): readonly string[];
  /** Loss by the formula, in the table's unit. */
  loss(parameters: Parameters, place: Place): number;
  /** @throws LawError where the table cannot carry the law. */
  fit(table: RunTable, options: LawOptions): LawFit;
  /** Compute-optimal growth where the law has a closed form of it. */
  optimum?(parameters: Parameters): Optimum;
}
