// How far the loss lags behind the learning rate: exponential relaxations in cumulative learning rate.

/** Relaxation rates per whole training: geometric, ratio 3. */
export const RELAXATION_RATES = [1, 3, 9, 27, 81, 243, 729];

/** A shape of the annealing term: power of the relative rate, and how the weight of a relaxation depends on its rate. */
export interface RelaxationShape {
  power: number;
  tilt: number;
}

const N = RELAXATION_RATES.length;

/**
 * The annealing term h at each place of a path, for each shape: 1 while the rate has never fallen, towards 0 as it falls
 * to 0.
 *
 * A power-law mixture of exponential relaxations towards (η/η_max)^power in the cumulative rate, after the annealing terms
 * of Tissue et al. 2024 (arXiv 2408.11029) and Luo et al. 2025, "A Multi-Power Law for Loss Curve Prediction".
 *
 * @param positions cumulative rate, in units of the whole training, increasing
 * @param rates rate at the places, any unit
 */
export function annealings(
  positions: Float64Array,
  rates: Float64Array,
  shapes: readonly RelaxationShape[],
): Float64Array[] {
  const { decays, means } = relaxing(positions);
  const relative = relativeRates(rates);
  // Shapes of one power follow the same lags.
  const lags = new Map<number, Float64Array>();
  return shapes.map(({ power, tilt }) => {
    let followed = lags.get(power);
    if (!followed) lags.set(power, (followed = follow(relative, power, decays, means)));
    return mixed(followed, tilt);
  });
}

/** For each place and relaxation rate: what is left of a lag since the place before, and the mean of that on the way. */
function relaxing(positions: Float64Array): { decays: Float64Array; means: Float64Array } {
  const decays = new Float64Array(positions.length * N).fill(1);
  const means = new Float64Array(positions.length * N).fill(1);
  for (let i = 1; i < positions.length; i++) {
    const moved = positions[i]! - positions[i - 1]!;
    if (!(moved > 0)) continue;
    for (let j = 0; j < N; j++) {
      const x = RELAXATION_RATES[j]! * moved;
      const decay = Math.exp(-x);
      decays[i * N + j] = decay;
      means[i * N + j] = x < 1e-6 ? 1 - x / 2 : (1 - decay) / x;
    }
  }
  return { decays, means };
}

/** Relative to the highest rate up to each place, at most 1. */
function relativeRates(rates: Float64Array): Float64Array {
  let peak = 0;
  return rates.map((rate) => {
    peak = Math.max(peak, rate);
    return peak > 0 ? Math.min(1, Math.max(rate / peak, 0)) : 1;
  });
}

/** The lag of each relaxation at each place. */
function follow(relative: Float64Array, power: number, decays: Float64Array, means: Float64Array): Float64Array {
  const lags = new Float64Array(decays.length);
  let before = 1;
  for (let i = 0; i < relative.length; i++) {
    const target = relative[i] === 1 ? 1 : Math.pow(relative[i]!, power);
    for (let at = i * N; at < (i + 1) * N; at++) {
      const lag = i === 0 ? 1 : lags[at - N]!;
      const [decay, mean] = [decays[at]!, means[at]!];
      // Exact for a target that moves in a straight line from `before` to `target`.
      lags[at] = decay === 1 && mean === 1 ? lag : target + (lag - before) * decay + (before - target) * mean;
    }
    before = target;
  }
  return lags;
}

function mixed(lags: Float64Array, tilt: number): Float64Array {
  const weights = Float64Array.from(RELAXATION_RATES, (rate) => Math.pow(rate, -tilt));
  const whole = weights.reduce((sum, w) => sum + w, 0);
  const h = new Float64Array(lags.length / N);
  for (let i = 0; i < h.length; i++) {
    let sum = 0;
    for (let j = 0; j < N; j++) sum += weights[j]! * lags[i * N + j]!;
    h[i] = sum / whole;
  }
  return h;
}
