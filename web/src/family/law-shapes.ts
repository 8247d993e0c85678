// What the service says of a family's law: the service's own types, and what its answers put around them.
import type { LawDocument } from '../../../src/core/laws/law-document.js';
import type { LawPicture } from '../../../src/forecast/laws/law-picture.js';
import type { LawChanges } from '../../../src/forecast/laws/family-law.js';
import type { Comparison } from '../../../src/planning/compare-families.js';
import type { RunOnLaw as OnLaw } from '../../../src/planning/runs-on-law.js';

export type { LawHistory } from '../../../src/forecast/laws/law-history.js';

export interface FamilyInShort {
  id: string;
  runs: number;
  finished: number;
  laws: {
    metric: string;
    version: number;
    created_at: string;
    runs: number;
    form: string | null;
    parameters: Record<string, number>;
  }[];
}

export interface RunOnLaw extends OnLaw {
  name: string;
  status: string;
  forecast: { loss: number; lower: number; upper: number } | null;
}

type OfDocument = 'law' | 'parameters' | 'standard_errors' | 'intervals' | 'optimum' | 'diagnostics' | 'range';

export interface FamilyPicture extends Pick<LawDocument, OfDocument> {
  family: string;
  metric: string;
  version: number;
  created_at: string;
  changes: LawChanges;
  forms: { law: string; weight: number }[];
  picture: LawPicture;
  running: RunOnLaw[];
}

export interface Multiplier extends Comparison {
  with: string;
  versions: [number, number];
}
