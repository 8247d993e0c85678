// What a fit is kept as: one plain document that predicts, plans and compares with no table and no refit.
import type { Calibration } from './calibration.js';
import type { Optimum, Parameters } from './law-kind.js';
import type { Metric } from './metric.js';

export const DOCUMENT_VERSION = 1;

export interface FormDocument {
  law: string;
  weight: number;
  parameters: Parameters;
  /** Of the parameters in their order, from bootstraps; null where none were made. */
  covariance: number[][] | null;
  /** Power of C/C_max that rows were weighted by; 0 where all count the same. */
  top_power: number;
  /** Some bootstraps of the parameters, in their order. */
  draws: number[][];
  /** Root mean square of ln(measured/said) on the rows beyond refits on the table's lower parts. */
  rolling_miss: number | null;
}

export interface LawDocument {
  version: number;
  /** Name of the law, or "auto". */
  law: string;
  forms: FormDocument[];
  calibration: Calibration;
  columns: { params: string | null; tokens: string | null; compute: string | null; loss: string };
  /** Where the law is of what is left to a floor: how to come back to the metric. Absent for losses as they are. */
  metric?: Metric;
  /** Of the loss: of what is left to the floor. */
  range: Record<'params' | 'tokens' | 'compute' | 'loss', { min: number; max: number }>;
  parameters: Parameters;
  standard_errors: Record<string, number | null>;
  intervals: { level: number } & Record<string, { lower: number; upper: number } | number>;
  objective: number;
  points: number;
  converged: boolean;
  diagnostics: Diagnostics;
  optimum: (Optimum & { intervals?: Record<string, { lower: number; upper: number }> }) | null;
}

export interface Diagnostics {
  /** Whether the data bear each parameter at all, and why not where they do not. */
  identified: Record<string, boolean>;
  notes: string[];
  residuals: {
    rms: number;
    largest: { row: number; residual: number }[];
    /** Change of the log residual by a tenfold of compute, and how many of its standard errors that is. */
    trend: number;
    trend_z: number;
  };
  /** Rows without which the loss said at ten times the largest compute would move most, in log loss. */
  influential: { row: number; shift: number }[];
  /** Compute in FLOP beyond which the law has no evidence of its own. */
  trusted_to_compute: number;
  bootstraps: number;
}
