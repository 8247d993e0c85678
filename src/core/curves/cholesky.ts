// Cholesky factors of small symmetric matrices, in place and row by row.

/**
 * Factorises A = L·Lᵀ; only the lower triangle of `a` (n×n, by rows) is read, L is left in it.
 * Pivots that rounding made negative count as almost zero, so that a nearly singular matrix gives a large variance, no NaN.
 */
export function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-18)) : sum / a[j * n + j]!;
    }
}

/** Solves L·x = b for the first n numbers of `b`, in place. */
export function forward(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
  return b;
}

/** Σ aᵢ·bᵢ over the first n numbers. */
export function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i]! * b[i]!;
  return sum;
}
