// Small symmetric positive systems by Cholesky's factorisation, in place, on typed arrays.

/**
 * Solves A·x = b for a symmetric positive definite A (k×k, row-major, lower triangle read and overwritten by its factor).
 * @returns false where A is not positive definite; `x` may be `b` itself.
 */
export function solveCholesky(a: Float64Array, b: Float64Array, x: Float64Array, k: number): boolean {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * k + j]!;
      for (let m = 0; m < j; m++) sum -= a[i * k + m]! * a[j * k + m]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        a[i * k + i] = Math.sqrt(sum);
      } else a[i * k + j] = sum / a[j * k + j]!;
    }
  }
  for (let i = 0; i < k; i++) {
    let sum = b[i]!;
    for (let m = 0; m < i; m++) sum -= a[i * k + m]! * x[m]!;
    x[i] = sum / a[i * k + i]!;
  }
  for (let i = k - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let m = i + 1; m < k; m++) sum -= a[m * k + i]! * x[m]!;
    x[i] = sum / a[i * k + i]!;
  }
  return true;
}
