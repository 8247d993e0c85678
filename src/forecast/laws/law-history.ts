// A law's versions side by side: what each was fitted to, its parameters, and what all of them say of one far run.
import { bestPlace } from '../../core/laws/optimum.js';
import type { FamilyLaw, LawChanges } from './family-law.js';
import { type SaidPlace, said } from './law-picture.js';

export interface LawVersion {
  version: number;
  created_at: string;
  runs: number;
  form: string | null;
  parameters: Readonly<Record<string, number>>;
  standard_errors: Record<string, number | null>;
  changes: LawChanges;
  /** The best run at `compute` of the history. */
  said: SaidPlace;
}

export interface LawHistory {
  level: number;
  /** Ten times the largest compute of the newest version's runs, in FLOP: where versions differ, they differ there. */
  compute: number;
  versions: LawVersion[];
}

const FAR = 10;

/** @param laws of one metric, newest first; at least one */
export function lawHistory(laws: readonly FamilyLaw[], level: number): LawHistory {
  const compute = FAR * laws[0]!.document.range.compute.max;
  return {
    level,
    compute,
    versions: laws.map(({ version, createdAt, rows, document, changes }) => ({
      version,
      created_at: new Date(createdAt).toISOString(),
      runs: rows.length,
      form: document.forms[0]?.law ?? null,
      parameters: document.parameters,
      standard_errors: document.standard_errors,
      changes,
      said: said(document, bestPlace(document, compute), level),
    })),
  };
}
