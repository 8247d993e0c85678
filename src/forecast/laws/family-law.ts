// The law of a family as it is kept: what it was fitted to, what came out, and how far it moved since the version before.
import type { LawDocument } from '../../core/laws/law-document.js';
import { type Metric, PLAIN_METRIC, leftOf } from '../../core/laws/metric.js';
import type { RunTable } from '../../core/laws/run-table.js';

/** A run as a law uses it. */
export interface LawRow {
  run: string;
  params: number;
  tokens: number;
  /** FLOP, 6·N·D. */
  compute: number;
  /** The run's smooth end, or its forecast of it, in the metric's own unit. */
  loss: number;
  /** Where the loss is from. */
  from: 'end' | 'forecast';
}

/** How far one parameter moved since the version before. */
export interface LawMove {
  parameter: string;
  before: number;
  now: number;
  /** In standard errors of the version before; null where it had none. */
  errors: number | null;
}

export interface LawChanges {
  /** Version that it is compared with; null for the first. */
  since: number | null;
  moves: LawMove[];
  /** Runs that came, went, or have another loss, tokens or size. */
  added: string[];
  removed: string[];
  changed: string[];
  /** The comparison as a sentence. */
  summary: string;
}

/** One version of a family's law of one metric. */
export interface FamilyLaw {
  family: string;
  metric: string;
  version: number;
  codeVersion: string;
  /** Of the data: the same are not fitted twice by the same code. */
  digest: string;
  rows: LawRow[];
  document: LawDocument;
  changes: LawChanges;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Column by column, rows in their order; the loss is what is left to the metric's floor. */
export const tableOf = (rows: readonly LawRow[], metric: Metric = PLAIN_METRIC): RunTable => ({
  params: Float64Array.from(rows, ({ params }) => params),
  tokens: Float64Array.from(rows, ({ tokens }) => tokens),
  compute: Float64Array.from(rows, ({ compute }) => compute),
  loss: Float64Array.from(rows, ({ loss }) => leftOf(metric, loss)),
});
