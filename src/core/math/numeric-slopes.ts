// Derivatives by differences, for formulas whose own would be longer than the formula.

const STEP = 1e-6;

/** Central differences of `value` at `at`, written into `slopes`; exact to about ten digits for logs of order one. */
export function numericSlopes(value: (at: Float64Array) => number, at: Float64Array, slopes: Float64Array): void {
  const trial = Float64Array.from(at);
  for (let i = 0; i < at.length; i++) {
    trial[i] = at[i]! + STEP;
    const above = value(trial);
    trial[i] = at[i]! - STEP;
    const below = value(trial);
    trial[i] = at[i]!;
    slopes[i] = (above - below) / (2 * STEP);
  }
}
