// The port to the open pages: what a commit changed is pushed to whoever watches.
import type { DeviationChange } from '../alerting/deviation.js';
import type { RunHeader } from '../runs/run-header.js';
import type { PointRow } from '../runs/point-row.js';
import type { Standings, StoredForecast } from './watch-store.js';

/** What one commit changed of one run, for the pages that watch it. */
export interface RunNews {
  header: RunHeader;
  /** New rows in the order of judgement; values by `header.metricNames`. */
  rows: readonly PointRow[];
  standings: Standings | null;
  deviations: readonly DeviationChange[];
  forecasts: readonly StoredForecast[];
}

/** Pushes news to pages; never blocks and never throws. */
export abstract class LivePush {
  abstract push(news: readonly RunNews[]): void;
  /** A deviation that changed outside a batch: somebody handled it. */
  abstract deviation(change: DeviationChange): void;
}
