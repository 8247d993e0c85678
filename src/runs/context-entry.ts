// What a judgement leaned on beyond the run's own records, pinned to the place where it took effect.
import type { RunMetadata } from './run-announcement.js';

/** A finished run that a judgement compares with: its losses as they were then, packed, by metric. */
export interface PackedReference {
  run: string;
  curves: Readonly<Record<string, string>>;
}

/**
 * One entry of a run's context: it takes effect just before the record with sequence number `seq` is judged. Settings are
 * the detector's (thresholds, priors, calibration) as plain JSON; metadata is the whole of it as merged at that place;
 * leaning is what finished runs and the family's law said of the run's end, by metric;
 * references are all those looked at from there on, earlier ones first.
 */
export type ContextEntry =
  | { seq: number; kind: 'settings'; settings: unknown }
  | { seq: number; kind: 'metadata'; metadata: RunMetadata }
  | { seq: number; kind: 'leaning'; leaning: unknown }
  | { seq: number; kind: 'references'; references: readonly PackedReference[] }
  | { seq: number; kind: 'end' };
