// Weighted least squares of a few parameters by Levenberg and Marquardt's method, from curvature and gradient.
import { solveCholesky } from './cholesky.js';

/** Cost at `at`; writes its gradient and the Gauss–Newton curvature (k×k, whole). */
export type CurvedObjective = (at: Float64Array, gradient: Float64Array, curvature: Float64Array) => number;

export interface LeastSquares {
  at: Float64Array;
  cost: number;
  /** Curvature at the minimum: its inverse is the covariance where costs are in units of the noise. */
  curvature: Float64Array;
  converged: boolean;
  stopped: 'step' | 'cost' | 'no descent' | 'rounds';
  rounds: number;
}

/** Marquardt 1963, with his scaling by the diagonal. Steps are held to `longest` in each parameter. */
export function levenbergMarquardt(
  objective: CurvedObjective,
  start: Float64Array,
  { rounds = 60, longest = 1, step: least = 1e-6, cost: gain = 1e-9 } = {},
): LeastSquares {
  const k = start.length;
  const at = Float64Array.from(start);
  const [gradient, slope, step, trial] = [0, 0, 0, 0].map(() => new Float64Array(k)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [curvature, bend, damped] = [0, 0, 0].map(() => new Float64Array(k * k)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let cost = objective(at, gradient, curvature);
  let damping = 1e-3;
  let done = 0;
  const end = (stopped: LeastSquares['stopped'], converged: boolean): LeastSquares => ({
    at,
    cost,
    curvature,
    converged,
    stopped,
    rounds: done,
  });
  for (; done < rounds; done++) {
    damped.set(curvature);
    for (let i = 0; i < k; i++) damped[i * k + i]! += damping * (damped[i * k + i]! + 1e-9);
    if (!solveCholesky(damped, gradient, step, k)) {
      damping *= 10;
      if (damping > 1e8) return end('no descent', false);
      continue;
    }
    let moved = 0;
    for (let i = 0; i < k; i++) {
      const held = Math.max(-longest, Math.min(longest, step[i]!));
      trial[i] = at[i]! - held;
      moved = Math.max(moved, Math.abs(held));
    }
    const found = objective(trial, slope, bend);
    if (found < cost) {
      const gained = cost - found;
      at.set(trial);
      gradient.set(slope);
      curvature.set(bend);
      cost = found;
      damping = Math.max(damping / 5, 1e-9);
      if (moved < least) return end('step', true);
      if (gained < gain * cost) return end('cost', true);
    } else {
      damping *= 4;
      if (damping > 1e8) return end('no descent', moved < 1e-6);
    }
  }
  return end('rounds', false);
}
