// How far the loss lags behind the learning rate: exponential relaxations in cumulative learning rate.

/** Relaxation rates per whole training: geometric, ratio 3. */
export const RELAXATION_RATES = [1, 3, 9, 27, 81, 243, 729];

/** A shape of the annealing term: power of the relative rate, and how the weight of a relaxation depends on its rate. */
export interface RelaxationShape {
  power: number;
  tilt: number;
}

/**
 * The annealing term h at each place of a path: 1 while the rate has never fallen, towards 0 as it falls to 0.
 *
 * A power-law mixture of exponential relaxations towards (η/η_max)^power in the cumulative rate, after the annealing terms
 * of Tissue et al. 2024 (arXiv 2408.11029) and Luo et al. 2025, "A Multi-Power Law for Loss Curve Prediction".
 *
 * @param positions cumulative rate, in units of the whole training, increasing
 * @param rates rate at the places, any unit
 */
export function annealing(
  positions: Float64Array,
  rates: Float64Array,
  shape: RelaxationShape,
  out: Float64Array,
): void {
  const n = RELAXATION_RATES.length;
  const lags = new Float64Array(n).fill(1);
  const weights = Float64Array.from(RELAXATION_RATES, (rate) => Math.pow(rate, -shape.tilt));
  const whole = weights.reduce((sum, w) => sum + w, 0);
  let peak = 0;
  let before = 1;
  for (let i = 0; i < positions.length; i++) {
    peak = Math.max(peak, rates[i]!);
    const relative = peak > 0 ? rates[i]! / peak : 1;
    const target = relative >= 1 ? 1 : Math.pow(Math.max(relative, 0), shape.power);
    const moved = i === 0 ? 0 : positions[i]! - positions[i - 1]!;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      if (moved > 0) {
        // Exact for a target that moves in a straight line from `before` to `target`.
        const x = RELAXATION_RATES[j]! * moved;
        const decay = Math.exp(-x);
        const mean = x < 1e-6 ? 1 - x / 2 : (1 - decay) / x;
        lags[j] = target + (lags[j]! - before) * decay + (before - target) * mean;
      }
      sum += weights[j]! * lags[j]!;
    }
    before = target;
    out[i] = sum / whole;
  }
}
