// Cholesky factors of small symmetric matrices, in place and row by row.

let column = new Float64Array(64);

/**
 * Factorises A = L·Lᵀ; only the lower triangle of `a` (n×n, by rows) is read, L is left in it.
 * Pivots that rounding made negative count as almost zero, so that a nearly singular matrix gives a large variance, no NaN.
 */
export function factorise(a: Float64Array, n: number): void {
  if (column.length < n) column = new Float64Array(n);
  // Column by column: what one takes off the others are sums that do not wait for each other.
  for (let k = 0; k < n; k++) {
    const pivot = Math.sqrt(Math.max(a[k * n + k]!, 1e-18));
    a[k * n + k] = pivot;
    for (let i = k + 1; i < n; i++) {
      const below = a[i * n + k]! / pivot;
      a[i * n + k] = column[i] = below;
      for (let j = k + 1, at = i * n + j; j <= i; j++, at++) a[at]! -= below * column[j]!;
    }
  }
}

/** Solves L·X = B in place for the first n rows of `b`, each of as many numbers as there are right-hand sides. */
export function forward(l: Float64Array, n: number, b: Float64Array, sides: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * sides;
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]!;
      for (let at = row, other = k * sides; at < row + sides; at++, other++) b[at]! -= factor * b[other]!;
    }
    const pivot = l[i * n + i]!;
    for (let at = row; at < row + sides; at++) b[at]! /= pivot;
  }
}
