// The port for reading runs: what the page, the HTTP interface and Grafana show.
import type { ContextEntry } from './context-entry.js';
import type { RunMetadata } from './run-announcement.js';
import type { Pace, RunCounters, RunStatus } from './run-header.js';

/** A run as lists show it. Times are milliseconds since the epoch. `standings` is by metric, as the watch left it. */
export interface RunSummary {
  id: string;
  status: RunStatus;
  metadata: RunMetadata;
  metricNames: string[];
  attempt: number;
  newestStep: number;
  records: number;
  firstTime: number | null;
  lastTime: number | null;
  lastArrival: number | null;
  pace: Pace;
  counters: RunCounters;
  standings: Record<string, unknown>;
  openDeviations: number;
}

export interface RunFilter {
  project?: string;
  family?: string;
  tag?: string;
  status?: RunStatus;
  text?: string;
  /** Only runs with a deviation that is not resolved and ends with the run. */
  withOpen?: true;
  after?: string;
  limit: number;
}

/** A stretch of one metric. `min`, `max` and `mean` are over the finite values (null where there is none). */
export interface SeriesBucket {
  attempt: number;
  stepFrom: number;
  stepTo: number;
  timeFrom: number;
  timeTo: number;
  count: number;
  nonfinite: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export interface SeriesPoint {
  attempt: number;
  step: number;
  time: number;
  value: number;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Reads runs and their points. Whatever asks for one run gives null where it does not exist. */
export abstract class RunReader {
  abstract list(filter: RunFilter): Promise<Page<RunSummary>>;
  abstract find(id: string): Promise<RunSummary | null>;
  abstract countRunning(): Promise<number>;
  /** At most about `points` buckets over the steps asked for; no extreme value is lost. Single points come as buckets of one. */
  abstract series(
    id: string,
    metric: string,
    range: { from?: number; to?: number; points: number },
  ): Promise<SeriesBucket[] | null>;
  /** Every point, by attempt and step. */
  abstract points(id: string, metric: string): AsyncIterable<SeriesPoint[]>;
  abstract band(
    id: string,
    metric: string,
  ): Promise<{ attempt: number; step: number; expected: number; lower: number; upper: number }[] | null>;
  abstract forecasts(
    id: string,
  ): Promise<{ metric: string; attempt: number; step: number; forecast: unknown }[] | null>;
  /** All that the run's judgement leaned on beyond its records, from the first record. */
  abstract context(id: string): Promise<ContextEntry[] | null>;
  /** Names, tags and the like, as merged JSON; null where there is no such run. */
  abstract patch(id: string, changes: Pick<RunMetadata, 'name' | 'tags' | 'project'>): Promise<RunSummary | null>;
  /** Deletes a run with all it has; false where there is none. */
  abstract remove(id: string): Promise<boolean>;
}
