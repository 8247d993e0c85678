// A run's change together with the key of its rows.
import type { RunChange } from '../../watch/watch-store.js';

/** A run's change with the key that its rows are stored under. */
export interface KeyedChange {
  ref: number;
  change: RunChange;
}
