// What is asked of a fit, and what the fit of a law or of `auto` hands over to its document.
import type { Spread } from './bootstrap.js';
import type { FormDocument, LawDocument } from './law-document.js';
import type { Parameters } from './law-kind.js';
import type { Origin } from './rolling-misses.js';

export interface FitLawOptions {
  law: string;
  delta: number;
  bootstrap: number;
  seed: number;
  level: number;
  irreducible?: boolean;
  columns: LawDocument['columns'];
  /** Of the table's loss, which holds what is left to the floor; absent for losses as they are. */
  metric?: LawDocument['metric'];
}

/** What the fit of a law or of `auto` hands over to the document. */
export interface Fitted {
  forms: FormDocument[];
  spread: Spread;
  /** Bootstraps of the first form. */
  draws: Parameters[];
  objective: number;
  converged: boolean;
  noise: number;
  origins: Origin[];
  notes: string[];
  bootstraps: number;
  /** The log loss of a refit with other weights, for influence. */
  refit: (weights: Float64Array) => (place: { params: number; tokens: number; compute: number }) => number;
}

/** Draws kept with a form, for intervals of what is derived from parameters. */
export const KEPT_DRAWS = 100;
