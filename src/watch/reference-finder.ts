// The port for finished runs that a run may be compared with.
import type { RunMetadata } from '../runs/run-announcement.js';
import type { StepLosses } from './packed-reference.js';

/** What is known of a run that looks for references. */
export interface Seeker {
  id: string;
  metadata: RunMetadata;
}

export interface StepRange {
  from: number;
  to: number;
}

export abstract class ReferenceFinder {
  /**
   * Finished runs that may have read the same batches, nearest first: the same `data_order`, then the same family, then the
   * same project. None that declares another data order or other learning rates (`mayShareRates`), or that left its own
   * curve.
   */
  abstract candidates(seeker: Seeker, most: number): Promise<string[]>;
  /** Losses of a run in a range of steps, by rising step; of a step trained twice the last. Empty where it has none. */
  abstract losses(run: string, metric: string, range: StepRange): Promise<StepLosses>;
}
