// The port of the kept laws: versions of a family and metric, each number taken by one writer only.
import type { Metric } from '../../core/laws/metric.js';
import type { OffLaw } from '../../core/laws/off-law.js';
import type { FamilyLaw } from './family-law.js';

/** A family as its runs' metadata name it. */
export interface FamilySize {
  family: string;
  runs: number;
  finished: number;
}

export abstract class LawStore {
  /** All families by name. */
  abstract families(): Promise<FamilySize[]>;
  /** The newest version of each metric of a family. */
  abstract newest(family: string): Promise<FamilyLaw[]>;
  /** Newest first over all metrics, or of one. */
  abstract versions(family: string, asked: { metric?: string; limit: number }): Promise<FamilyLaw[]>;
  abstract find(family: string, metric: string, version: number): Promise<FamilyLaw | null>;
  /** Compare and set: false where another instance took this version first; nothing is written then. */
  abstract add(law: FamilyLaw): Promise<boolean>;
}

/** A finished run far off the law of its family's other runs. */
export interface OffLawRun extends Omit<OffLaw, 'row'> {
  run: string;
  params: number;
  tokens: number;
}

/** What a law is fitted to. Plain data. */
export interface LawTask {
  rows: FamilyLaw['rows'];
  /** Undefined for losses as they are. */
  metric: Metric | undefined;
}

/** Fits `auto` to a table somewhere where it delays nobody. */
export abstract class LawFitter {
  /** @throws LawError where the table cannot carry a law. */
  abstract fit(task: LawTask): Promise<FamilyLaw['document']>;
  /** Which finished runs lie off the law of the others, in the metric's own unit; the furthest first. */
  abstract offLaw(task: LawTask): Promise<OffLawRun[]>;
  abstract close(): Promise<void>;
}
