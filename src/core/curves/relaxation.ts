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
 * @returns by place, then by shape
 */
export function annealings(
  positions: Float64Array,
  rates: Float64Array,
  shapes: readonly RelaxationShape[],
): Float64Array {
  const { lags, mixtures } = planOf(shapes);
  for (const lag of lags) lag.restart();
  const h = new Float64Array(positions.length * shapes.length);
  let peak = 0;
  for (let i = 0, at = 0; i < positions.length; i++) {
    const rate = rates[i]!;
    peak = Math.max(peak, rate);
    const relative = peak > 0 ? Math.min(1, Math.max(rate / peak, 0)) : 1;
    const moves = i > 0 && relax(positions[i]! - positions[i - 1]!);
    for (const lag of lags) lag.follow(relative, moves);
    for (const mixture of mixtures) h[at++] = mixture.mean();
  }
  return h;
}

/** What is left of a lag since the place before, by relaxation rate, and the mean of that on the way. */
const decays = new Float64Array(N);
const means = new Float64Array(N);

/** @returns whether anything relaxes on that way */
function relax(moved: number): boolean {
  if (!(moved > 0)) return false;
  for (let j = 0; j < N; j++) {
    const x = RELAXATION_RATES[j]! * moved;
    const decay = Math.exp(-x);
    decays[j] = decay;
    means[j] = x < 1e-6 ? 1 - x / 2 : (1 - decay) / x;
  }
  return true;
}

/** Each relaxation's lag behind one power of the relative rate. */
class Lag {
  readonly values = new Float64Array(N);
  private before = 1;

  constructor(readonly power: number) {}

  restart(): void {
    this.values.fill(1);
    this.before = 1;
  }

  /** @param moves whether the place is further than the one before, so that `decays` and `means` are of the way there */
  follow(relative: number, moves: boolean): void {
    const { values, before } = this;
    const target = relative === 1 ? 1 : Math.pow(relative, this.power);
    this.before = target;
    if (!moves) return;
    for (let j = 0; j < N; j++) {
      const [decay, mean] = [decays[j]!, means[j]!];
      // Exact for a target that moves in a straight line from `before` to `target`.
      if (decay !== 1 || mean !== 1) values[j] = target + (values[j]! - before) * decay + (before - target) * mean;
    }
  }
}

/** The mean of the relaxations that one shape takes. */
class Mixture {
  private readonly weights: Float64Array;
  private readonly whole: number;

  constructor(
    private readonly lag: Lag,
    tilt: number,
  ) {
    this.weights = Float64Array.from(RELAXATION_RATES, (rate) => Math.pow(rate, -tilt));
    this.whole = this.weights.reduce((sum, weight) => sum + weight, 0);
  }

  mean(): number {
    const { weights, lag } = this;
    let sum = 0;
    for (let j = 0; j < N; j++) sum += weights[j]! * lag.values[j]!;
    return sum / this.whole;
  }
}

interface Plan {
  /** One for each power: shapes of one power follow the same lags. */
  lags: readonly Lag[];
  /** One for each shape. */
  mixtures: readonly Mixture[];
}

/** The same few lists of shapes are asked for again and again. */
const plans = new WeakMap<readonly RelaxationShape[], Plan>();

function planOf(shapes: readonly RelaxationShape[]): Plan {
  const known = plans.get(shapes);
  if (known) return known;
  const lags = [...new Set(shapes.map(({ power }) => power))].map((power) => new Lag(power));
  const mixtures = shapes.map(
    ({ power, tilt }) =>
      new Mixture(
        lags.find((lag) => lag.power === power)!,
        tilt,
      ),
  );
  const plan = { lags, mixtures };
  plans.set(shapes, plan);
  return plan;
}
