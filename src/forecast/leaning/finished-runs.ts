// The port of what is kept of finished runs for others to lean on.
import type { FinishedRun } from '../finished-run.js';
import type { OwnRun } from './leaning-on.js';

/** The run that asks. */
export interface Asker {
  id: string;
  family: string | null;
  project: string | null;
}

export abstract class FinishedRuns {
  /** Those of the asker's family, or of its project where it names no family, the newest first. */
  abstract ofFamily(asker: Asker, metric: string, most: number): Promise<FinishedRun[]>;
  /** All others, without their curves, the newest first. */
  abstract others(asker: Asker, metric: string, most: number): Promise<OwnRun[]>;
}
