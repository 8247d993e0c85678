// Minimises a smooth function of a few parameters by BFGS, and says why it stopped.

/** Value at `at`; writes the gradient. Non-finite values mean "not here". */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  at: Float64Array;
  value: number;
  converged: boolean;
  stopped: 'gradient' | 'no descent' | 'rounds';
  rounds: number;
  /** The inverse Hessian as the steps have learnt it: a warm start for fits to nearly the same data. */
  inverse: Float64Array;
}

export interface MinimiseOptions {
  rounds?: number;
  /** Largest gradient component that counts as zero. */
  tolerance?: number;
  /** Longest step in any one parameter. */
  longest?: number;
  /** Inverse Hessian to begin with, k×k; the identity scaled by the first step where absent. */
  inverse?: Float64Array;
}

/**
 * Broyden, Fletcher, Goldfarb and Shanno's method with a dense inverse Hessian and a line search for Wolfe's conditions
 * (Nocedal and Wright, Numerical Optimization, 2006, algorithm 6.1; the bracketing is Lewis and Overton's 2013, which also
 * holds for kinks, as Huber's loss nearly has).
 */
export function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions = {}): Minimum {
  const { rounds = 300, tolerance = 1e-12, longest = 2 } = options;
  const k = start.length;
  const at = Float64Array.from(start);
  const gradient = new Float64Array(k);
  let value = objective(at, gradient);
  const inverse = options.inverse ? Float64Array.from(options.inverse) : identity(k, gradient);
  let fresh = !options.inverse;
  const trial = new Float64Array(k);
  const slope = new Float64Array(k);
  const step = new Float64Array(k);
  for (let round = 0; round < rounds; round++) {
    if (largest(gradient) <= tolerance)
      return { at, value, converged: true, stopped: 'gradient', rounds: round, inverse };
    multiply(inverse, gradient, step, k);
    let descent = -dot(step, gradient);
    if (!(descent < 0)) {
      inverse.set(identity(k, gradient));
      multiply(inverse, gradient, step, k);
      descent = -dot(step, gradient);
      fresh = true;
    }
    const limit = longest / Math.max(largest(step), 1e-300);
    let [low, high, t] = [0, Infinity, Math.min(1, limit)];
    let found = NaN;
    for (let tries = 0; tries < 50; tries++) {
      for (let i = 0; i < k; i++) trial[i] = at[i]! - t * step[i]!;
      found = objective(trial, slope);
      if (!(found <= value + 1e-4 * t * descent)) high = t;
      else if (-dot(step, slope) < 0.9 * descent) low = t;
      else break;
      if (high === Infinity && t >= limit) break;
      t = high < Infinity ? (low + high) / 2 : Math.min(2 * t, limit);
      if (high - low < 1e-15 * high) break;
    }
    if (!(found < value)) {
      // The identity is the last resort; a stale curvature can point where rounding leaves no descent.
      if (!fresh) {
        inverse.set(identity(k, gradient));
        fresh = true;
        continue;
      }
      return { at, value, converged: largest(gradient) <= 1e-6, stopped: 'no descent', rounds: round, inverse };
    }
    update(inverse, at, trial, gradient, slope, k);
    fresh = false;
    at.set(trial);
    gradient.set(slope);
    value = found;
  }
  return { at, value, converged: false, stopped: 'rounds', rounds, inverse };
}

function identity(k: number, gradient: Float64Array): Float64Array {
  const out = new Float64Array(k * k);
  const scale = 0.1 / Math.max(largest(gradient), 1e-12);
  for (let i = 0; i < k; i++) out[i * k + i] = scale;
  return out;
}

/** H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ, left alone where the curvature along the step is not positive. */
function update(
  inverse: Float64Array,
  from: Float64Array,
  to: Float64Array,
  before: Float64Array,
  after: Float64Array,
  k: number,
): void {
  const s = to.map((v, i) => v - from[i]!);
  const y = after.map((v, i) => v - before[i]!);
  const sy = dot(s, y);
  if (!(sy > 1e-300)) return;
  const hy = new Float64Array(k);
  multiply(inverse, y, hy, k);
  const scale = (1 + dot(y, hy) / sy) / sy;
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) inverse[i * k + j]! += scale * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy;
}

function multiply(a: Float64Array, x: Float64Array, out: Float64Array, k: number): void {
  for (let i = 0; i < k; i++) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += a[i * k + j]! * x[j]!;
    out[i] = sum;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function largest(values: Float64Array): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}
