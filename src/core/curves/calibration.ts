// What past forecasts' errors say about the width of intervals.

/** Errors of forecasts of healthy runs in units of `spreadOf`: their quantiles at each level, for each share seen. */
export interface Calibration {
  shares: readonly number[];
  levels: readonly number[];
  /** By share, then by level. */
  quantiles: readonly (readonly number[])[];
  /** The same of forecasts with siblings. */
  told: readonly (readonly number[])[];
  /** The same for single values, in units of their noise. */
  noise: readonly number[];
}
