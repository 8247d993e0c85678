// The port that keeps maintenance silences.
import type { Page } from '../runs/run-reader.js';
import type { Silence } from './silence.js';

export interface SilenceFilter {
  /** Only those that have not ended by this time (ms). */
  notEndedAt?: number;
  after?: string;
  limit: number;
}

export abstract class SilenceStore {
  /** Newest first. */
  abstract list(filter: SilenceFilter): Promise<Page<Silence>>;
  abstract find(id: string): Promise<Silence | null>;
  abstract create(silence: Silence): Promise<void>;
  /** Ends it at `at` unless it has ended, and has what it held back looked at again then. Null: there is none. */
  abstract expire(id: string, at: number): Promise<Silence | null>;
}
