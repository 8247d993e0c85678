// A stored value in its place, and a stretch of steps to read.

/** One stored value. */
export interface StoredPoint {
  attempt: number;
  seq: number;
  step: number;
  time: number;
  value: number;
}

export interface StepRange {
  from: number;
  to: number;
}
