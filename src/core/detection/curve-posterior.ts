// The posterior of a curve's coefficients from whitened sums, as the Cholesky factor of its precision.
import { FEATURES } from './training-position.js';

const P = FEATURES;

const factor = new Float64Array(P * P);
const solved = new Float64Array(P);

/**
 * Factorises `gram`·`weight` + `prior`.
 *
 * @param gram P x P by rows, of which the lower triangle is read
 * @param prior precisions of the P coefficients
 */
export function factorise(gram: Float64Array, weight: number, prior: Float64Array): void {
  for (let i = 0; i < P; i++)
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * P + j]! * weight;
      if (i === j) sum += prior[i]!;
      for (let k = 0; k < j; k++) sum -= factor[i * P + k]! * factor[j * P + k]!;
      factor[i * P + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factor[j * P + j]!;
    }
}

/** Replaces the P numbers at `at` by L⁻¹ times them: inner products of such are those of the posterior last factorised. */
export function whitenBy(values: Float64Array, at: number): void {
  for (let i = 0; i < P; i++) {
    let sum = values[at + i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * P + j]! * solved[j]!;
    solved[i] = sum / factor[i * P + i]!;
  }
  for (let i = 0; i < P; i++) values[at + i] = solved[i]!;
}
