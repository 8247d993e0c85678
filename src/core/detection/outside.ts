// How a metric stands against its forecast, for whoever follows an open deviation.

/** How the forecast stands at the newest point. */
export interface Outside {
  step: number;
  /** Steps between points. */
  interval: number;
  value: number;
  /** Expected log loss, as foreseen before the deviation. */
  expected: number;
  /** Deviation of a single point, and that of the loss itself where its difference to a reference is judged. */
  deviation: number;
  pointDeviation: number;
  /** Slope of the curve in log time, positive. */
  fall: number;
  /** The forecast's own error. */
  error: number;
  /** Points seen. */
  seen: number;
  /** Share of the compute until then that an offset in log loss is worth; null where the curve does not tell. */
  worth: (offset: number, at: 'onset' | 'now') => number | null;
}
