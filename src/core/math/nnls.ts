// Least squares with non-negative coefficients for the few columns that scaling laws have.

/**
 * Minimises ½xᵀGx − hᵀx over x ≥ 0 for up to three columns, exactly: the unconstrained solution where it is not negative,
 * else the best over the faces (all sets of active columns are tried; there are at most seven).
 *
 * @param gram symmetric 3×3 row-major: [00, 01, 02, 11, 12, 22] packed
 * @param right h, three values
 * @param x the solution, three values
 */
export function nonNegative3(gram: Float64Array, right: Float64Array, x: Float64Array): void {
  const [a, b, c, d, e, f] = [gram[0]!, gram[1]!, gram[2]!, gram[3]!, gram[4]!, gram[5]!];
  const [p, q, r] = [right[0]!, right[1]!, right[2]!];
  const [m0, m1, m2] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const det = a * m0 + b * m1 + c * m2;
  if (det > 1e-14 * a * d * f) {
    const x0 = (m0 * p + m1 * q + m2 * r) / det;
    const x1 = (m1 * p + (a * f - c * c) * q + (b * c - a * e) * r) / det;
    const x2 = (m2 * p + (b * c - a * e) * q + (a * d - b * b) * r) / det;
    if (x0 >= 0 && x1 >= 0 && x2 >= 0) {
      x[0] = x0;
      x[1] = x1;
      x[2] = x2;
      return;
    }
  }
  x.fill(0);
  let gain = 0;
  const single = (i: number, g: number, h: number): void => {
    if (!(h > 0 && g > 0) || (h * h) / g <= gain) return;
    gain = (h * h) / g;
    x.fill(0);
    x[i] = h / g;
  };
  single(0, a, p);
  single(1, d, q);
  single(2, f, r);
  const pair = (i: number, j: number, gi: number, gij: number, gj: number, hi: number, hj: number): void => {
    const whole = gi * gj - gij * gij;
    if (!(whole > 1e-14 * gi * gj)) return;
    const xi = (gj * hi - gij * hj) / whole;
    const xj = (gi * hj - gij * hi) / whole;
    const found = xi * hi + xj * hj;
    if (xi < 0 || xj < 0 || found <= gain) return;
    gain = found;
    x.fill(0);
    x[i] = xi;
    x[j] = xj;
  };
  pair(0, 1, a, b, d, p, q);
  pair(0, 2, a, c, f, p, r);
  pair(1, 2, d, e, f, q, r);
}
