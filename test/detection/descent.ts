// Runs that no law of ours made: gradient descent on a noisy quadratic.

const MODES = 300;
export type ByStep = (step: number) => number;

/**
 * Expected loss of stochastic gradient descent on a quadratic with power-law curvatures, at steps 0 to `until`: each mode forgets
 * its start and settles where the gradient's noise, smaller for larger batches, holds it.
 */
export function descent(until: number, rates: ByStep, batch: ByStep = () => 1): Float64Array {
  const curvature = Float64Array.from({ length: MODES }, (_, i) => (i + 1) ** -1.2);
  const squares = Float64Array.from({ length: MODES }, (_, i) => 4 * (i + 1) ** -0.1);
  return Float64Array.from({ length: until + 1 }, (_, step) => {
    let loss = 2;
    const rate = rates(step);
    for (let i = 0; i < MODES; i++) {
      const c = curvature[i]!;
      loss += 0.5 * c * squares[i]!;
      squares[i] = (1 - rate * c) ** 2 * squares[i]! + (rate * c) ** 2 * (0.6 / batch(step));
    }
    return loss;
  });
}
