// Huber's loss: square near zero, straight beyond, so that outliers pull no harder than their sign.

// Taken out of the global once: these are called for each row of each step.
const { abs } = Math;

/** ½r² for |r| ≤ δ, else δ(|r| − δ/2) (Huber 1964). */
export function huber(residual: number, delta: number): number {
  const size = abs(residual);
  return size <= delta ? 0.5 * residual * residual : delta * (size - 0.5 * delta);
}

/** The derivative of `huber`: the residual clipped to ±δ. */
export const huberSlope = (residual: number, delta: number): number =>
  residual > delta ? delta : residual < -delta ? -delta : residual;

/** The weight that makes a square loss have Huber's slope: 1 near zero, δ/|r| beyond. */
export function huberWeight(residual: number, delta: number): number {
  const size = abs(residual);
  return size <= delta ? 1 : delta / size;
}
