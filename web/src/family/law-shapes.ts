// What the service says of a family's law, as far as the page reads it.
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

/** A place with what the law says of a new run there. */
export interface SaidPlace {
  compute: number;
  params: number;
  tokens: number;
  loss: number;
  lower: number;
  upper: number;
}

export interface PicturedRun {
  run: string;
  params: number;
  tokens: number;
  compute: number;
  loss: number;
  from: 'end' | 'forecast';
  said: number;
  lower: number;
  upper: number;
  /** ln(measured/said). */
  residual: number;
}

export interface Budget {
  compute: number;
  best: SaidPlace;
  line: { params: number; loss: number }[];
  /** Brought to this compute along the law; `compute` is the run's own. */
  runs: { run: string; params: number; loss: number; compute: number }[];
}

export interface RunOnLaw {
  run: string;
  name: string;
  status: string;
  params: number;
  tokens: number;
  binds: 'params' | 'tokens' | 'neither';
  verdict: string;
  size_ratio: number;
  wasted: number;
  way_out: { params: number; tokens: number; compute: number } | null;
  tokens_now: number | null;
  loss_now: number | null;
  said: { loss: number; lower: number; upper: number };
  forecast: { loss: number; lower: number; upper: number } | null;
}

export interface LawChanges {
  since: number | null;
  added: string[];
  removed: string[];
  changed: string[];
  summary: string;
}

export interface FamilyPicture {
  family: string;
  metric: string;
  version: number;
  created_at: string;
  changes: LawChanges;
  law: string;
  forms: { law: string; weight: number }[];
  parameters: Record<string, number>;
  standard_errors: Record<string, number | null>;
  intervals: Record<string, { lower: number; upper: number } | number>;
  optimum: { a: number; b: number; G: number } | null;
  diagnostics: {
    identified: Record<string, boolean>;
    notes: string[];
    residuals: { rms: number; trend: number; trend_z: number };
    influential: { row: number; shift: number }[];
    trusted_to_compute: number;
    bootstraps: number;
  };
  range: Record<'params' | 'tokens' | 'compute' | 'loss', { min: number; max: number }>;
  picture: {
    level: number;
    best: SaidPlace[];
    sizes: { params: number; line: { tokens: number; compute: number; loss: number }[] }[];
    budgets: Budget[];
    runs: PicturedRun[];
    trusted_to_compute: number;
  };
  running: RunOnLaw[];
}

export interface LawVersion {
  version: number;
  created_at: string;
  runs: number;
  form: string | null;
  parameters: Record<string, number>;
  standard_errors: Record<string, number | null>;
  changes: LawChanges;
  said: SaidPlace;
}

export interface LawHistory {
  compute: number;
  versions: LawVersion[];
}

export interface Multiplier {
  with: string;
  level: number;
  versions: [number, number];
  scales: { compute: number; loss: number; multiplier: number; lower: number; upper: number; within_both: boolean }[];
  verdict: 'B needs less compute' | 'A needs less compute' | 'no difference is shown' | 'it depends on the scale';
  growth_per_tenfold: number;
}
