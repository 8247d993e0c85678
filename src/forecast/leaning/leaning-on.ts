// The chain of priors beyond the corpus: own finished runs, the family's, siblings of the same plan, the family's law.
import type { Leaning } from '../../core/curves/leaning.js';
import { learnKind } from '../../core/curves/learn-kind.js';
import type { RunKind } from '../../core/curves/relax-prior.js';
import type { FinishedRun } from '../finished-run.js';

/** What one finished run gives: of the family's its curve, too. */
export type OwnRun = Pick<FinishedRun, 'fit' | 'scores'>;

/** The loss at the end by the law of a family. */
export interface LawWord {
  family: string;
  version: number;
  loss: number;
  /** Of a 90 % interval. */
  lower: number;
  upper: number;
}

/** What is known of finished runs when a run is forecast. */
export interface Known {
  /** Finished runs of the same user that are not of the family. */
  own: readonly OwnRun[];
  family: { name: string; runs: readonly FinishedRun[] };
  law: LawWord | null;
}

/** How much likelier a run is to be like the user's own finished ones, and those of its family, than like others of the corpus. */
const LIKELIER = { own: 5, family: 20 };
/** Half of a 90 % interval in standard deviations. */
const HALF = 1.645;
/** A law is of many runs and of their ends alone: it says no end better than this, in log loss. */
const LAW_AT_BEST = 0.005;

export function leaningOn({ own, family, law }: Known): Leaning {
  return {
    kinds: [
      ...kindOf(`own finished runs (${own.length})`, own, LIKELIER.own),
      ...kindOf(`${family.name} (${family.runs.length})`, family.runs, LIKELIER.family),
    ],
    siblings: family.runs.map(({ curve }) => curve),
    words: law === null ? [] : [lawWord(law)],
    scores: [...own, ...family.runs].flatMap(({ scores }) => scores),
  };
}

function kindOf(name: string, runs: readonly OwnRun[], likelier: number): RunKind[] {
  if (runs.length === 0) return [];
  const kind = learnKind(
    name,
    runs.map(({ fit }) => fit),
  );
  return [{ ...kind, weight: likelier * kind.weight }];
}

const lawWord = ({ family, version, loss, lower, upper }: LawWord) => ({
  name: `law of ${family}, version ${version}`,
  end: Math.log(loss),
  spread: Math.max(LAW_AT_BEST, Math.log(upper / lower) / (2 * HALF)),
});
