// A stored point: one accepted record of a run, in the order in which it was judged.

/**
 * One accepted record as it is stored. Several rows may speak of one step: later parts (val_loss after loss) are rows of
 * their own, with a later sequence number.
 */
export interface PointRow {
  /** Position in the run's own order of judgement, rising from 1; rows that a new attempt takes over get new numbers. */
  seq: number;
  attempt: number;
  step: number;
  /** Milliseconds since the epoch. */
  time: number;
  /** Behind the newest step when it came: stored where it belongs, not judged. */
  late: boolean;
  /** By the run's metric dictionary; null is an absent value, NaN and infinities are values. May be shorter than the dictionary. */
  values: (number | null)[];
}

/** What is known of a step of an attempt: the first value of each metric, over all rows of that step. */
export interface KnownPoint {
  attempt: number;
  step: number;
  values: (number | null)[];
}
