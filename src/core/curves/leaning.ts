// What finished runs and laws say of a run's metric beyond the corpus: plain data, so that it can be pinned and used again.
import type { OwnScore } from './own-scores.js';
import type { RunKind } from './relax-prior.js';
import type { FinishedCurve, SiblingWord } from './sibling.js';

/** Whatever is there is used; a list may be empty. */
export interface Leaning {
  /** Kinds learnt from finished runs, named as people will read it: "own finished runs (12)". */
  kinds: readonly RunKind[];
  siblings: readonly FinishedCurve[];
  /** What is foretold of the end by other means than siblings: the family's law. */
  words: readonly SiblingWord[];
  /** How far forecasts of the user's finished runs missed. */
  scores: readonly OwnScore[];
}
