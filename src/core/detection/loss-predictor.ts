// Predicts the next log loss of a run from its past: Bayesian linear regression on the training position, forgetting.
import { FEATURES } from './training-position.js';

const P = FEATURES;
const PAIRS = (P * (P + 1)) / 2;
export const PREDICTOR_SIZE = 2 + PAIRS + P + P + PAIRS;

const COUNT = 0;
const REFIT_AT = 1;
const MOMENTS = 2; // weighted sums of x xᵀ, lower triangle by rows
const TARGETS = MOMENTS + PAIRS; // weighted sums of x y
const COEFFICIENTS = TARGETS + P;
const FACTOR = COEFFICIENTS + P; // Cholesky factor of the posterior precision

/** Weight of a point grows with its number to this power: the past counts as ((t−1)/t)³. */
const FORGETTING = 3;
/** Cubes of whole numbers up to here are exact, and so what Math.pow gives, at a tenth of its time. */
const EXACT = 208_063;
const REFIT_GROWTH = 0.01;
/**
 * What healthy runs of the corpus have in common, for log loss: the slope on both powers is nearly free, and a whole decay
 * of the learning rate lowers the loss by a tenth, give or take .06, over the three relaxations together.
 */
const PRIOR_MEAN = [0, 0, 0, -0.033, -0.033, -0.033];
/** The same of the difference to a run that read the same batches. */
const NO_MEAN = [0, 0, 0, 0, 0, 0];
const PRIOR_DEVIATION = [30, 0.3, 0.5, 0.035, 0.035, 0.035];

const scratch = new Float64Array(P);

/**
 * Discounted Bayesian linear regression (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, ch. 6) of log
 * loss on the features of a training position. Coefficients are renewed each time the past has grown by 1 %.
 */
export class LossPredictor {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
    private readonly compared = false,
  ) {}

  get count(): number {
    return this.state[this.offset + COUNT]!;
  }
  /** Whether it has coefficients. */
  get ready(): boolean {
    return this.state[this.offset + REFIT_AT]! > 0;
  }

  /** Where the coefficients lie in the state. */
  get coefficientOffset(): number {
    return this.offset + COEFFICIENTS;
  }

  /** Expected log loss for the features at `x` of `features`. */
  predict(features: Float64Array, x: number): number {
    const c = this.offset + COEFFICIENTS;
    let sum = 0;
    for (let i = 0; i < P; i++) sum += this.state[c + i]! * features[x + i]!;
    return sum;
  }

  /** Takes in a log loss with a weight of at most 1; `deviation` is that of a single point, for the prior's share. */
  learn(features: Float64Array, x: number, y: number, weight: number, deviation: number): void {
    const { state, offset: o } = this;
    const count = ++state[o + COUNT]!;
    const heavy = weight * (count <= EXACT ? count * count * count : Math.pow(count, FORGETTING));
    for (let i = 0, at = o + MOMENTS; i < P; i++) {
      const wx = heavy * features[x + i]!;
      state[o + TARGETS + i]! += wx * y;
      for (let j = 0; j <= i; j++) state[at++]! += wx * features[x + j]!;
    }
    if (count >= state[o + REFIT_AT]! && deviation > 0 && count >= 20) {
      this.refit(deviation);
      state[o + REFIT_AT] = Math.max(count + 1, count * (1 + REFIT_GROWTH));
    }
  }

  /** Moves the whole past by `shift` in log loss: the run has settled at another level. */
  rebase(shift: number): void {
    const { state, offset: o } = this;
    // The first feature is 1, so the sums of x·1 are the first column of the moments.
    for (let i = 0, row = 0; i < P; row += ++i) state[o + TARGETS + i]! += shift * state[o + MOMENTS + row]!;
    state[o + COEFFICIENTS]! += shift;
  }

  /** Predictive variance from the coefficients' uncertainty alone. */
  variance(features: Float64Array, x: number): number {
    const f = this.offset + FACTOR;
    let sum = 0;
    for (let i = 0, row = f; i < P; row += ++i) {
      let value = features[x + i]!;
      for (let j = 0; j < i; j++) value -= this.state[row + j]! * scratch[j]!;
      scratch[i] = value / this.state[row + i]!;
      sum += scratch[i]! ** 2;
    }
    return sum;
  }

  private refit(deviation: number): void {
    const { state, offset: o } = this;
    const scale = 1 / (Math.pow(state[o + COUNT]!, FORGETTING) * deviation * deviation);
    const factor = o + FACTOR;
    const mean = this.compared ? NO_MEAN : PRIOR_MEAN;
    // Cholesky of precision = moments·scale + prior, row by row.
    for (let i = 0, row = 0; i < P; row += ++i) {
      for (let j = 0, other = 0; j <= i; other += ++j) {
        let sum = state[o + MOMENTS + row + j]! * scale;
        if (i === j) sum += 1 / PRIOR_DEVIATION[i]! ** 2;
        for (let k = 0; k < j; k++) sum -= state[factor + row + k]! * state[factor + other + k]!;
        state[factor + row + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / state[factor + other + j]!;
      }
    }
    for (let i = 0, row = 0; i < P; row += ++i) {
      let sum = state[o + TARGETS + i]! * scale + mean[i]! / PRIOR_DEVIATION[i]! ** 2;
      for (let j = 0; j < i; j++) sum -= state[factor + row + j]! * scratch[j]!;
      scratch[i] = sum / state[factor + row + i]!;
    }
    for (let i = P - 1; i >= 0; i--) {
      let sum = scratch[i]!;
      for (let k = i + 1; k < P; k++) sum -= state[factor + (k * (k + 1)) / 2 + i]! * state[o + COEFFICIENTS + k]!;
      state[o + COEFFICIENTS + i] = sum / state[factor + (i * (i + 1)) / 2 + i]!;
    }
  }
}
