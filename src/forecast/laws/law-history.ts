// A law's versions side by side: what each was fitted to, its parameters, and what all of them say of one far run.
import type { LawDocument } from '../../core/laws/law-document.js';
import { bestPlace, knowsSplit } from '../../core/laws/optimum.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from '../../core/laws/run-table.js';
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
  /** The best run at `compute` of the history; by a law that knows no best split, the largest size trained for longer. */
  said: SaidPlace;
}

export interface LawHistory {
  level: number;
  /** Ten times the largest compute of the newest version's runs, in FLOP: where versions differ, they differ there. */
  compute: number;
  versions: LawVersion[];
}

const FAR = 10;

function farPlace(document: LawDocument, compute: number): Place {
  if (knowsSplit(document)) return bestPlace(document, compute);
  const params = document.range.params.max;
  return { params, tokens: compute / (FLOP_PER_PARAM_TOKEN * params), compute };
}

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
      said: said(document, farPlace(document, compute), level),
    })),
  };
}
