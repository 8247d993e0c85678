// Normal equations of floor, power and annealing: three unknowns in closed form, floor and power not below 0.

/** Where the solution lies: three coefficients, their covariance as 00 01 02 11 12 22, the determinant. */
export const C = 0;
export const COVARIANCE = 3;
export const DETERMINANT = 9;
export const SOLVED = 10;

/**
 * Minimises cᵀMc − 2bᵀc for a symmetric M, given as 00 01 02 11 12 22, with c₀ and c₁ not below 0: what would be is
 * dropped, and counts as known.
 *
 * @param into SOLVED numbers at `at`
 * @returns cᵀMc − 2bᵀc
 */
export function solveNonNegative(
  m00: number,
  m01: number,
  m02: number,
  m11: number,
  m12: number,
  m22: number,
  b0: number,
  b1: number,
  b2: number,
  into: Float64Array,
  at: number,
): number {
  solve(m00, m01, m02, m11, m12, m22, b0, b1, b2, into, at);
  if (into[at + C]! < 0) {
    solve(1, 0, 0, m11, m12, m22, 0, b1, b2, into, at);
    into[at + COVARIANCE] = 0;
  } else if (into[at + C + 1]! < 0) {
    solve(m00, 0, m02, 1, 0, m22, b0, 0, b2, into, at);
    into[at + COVARIANCE + 3] = 0;
  }
  const e = into[at + C]!;
  const a = into[at + C + 1]!;
  const k = into[at + C + 2]!;
  return (
    m00 * e * e +
    m11 * a * a +
    m22 * k * k +
    2 * (m01 * e * a + m02 * e * k + m12 * a * k) -
    2 * (b0 * e + b1 * a + b2 * k)
  );
}

function solve(
  m00: number,
  m01: number,
  m02: number,
  m11: number,
  m12: number,
  m22: number,
  b0: number,
  b1: number,
  b2: number,
  into: Float64Array,
  at: number,
): void {
  const det = m00 * (m11 * m22 - m12 * m12) - m01 * (m01 * m22 - m12 * m02) + m02 * (m01 * m12 - m11 * m02);
  const v00 = (m11 * m22 - m12 * m12) / det;
  const v01 = (m02 * m12 - m01 * m22) / det;
  const v02 = (m01 * m12 - m02 * m11) / det;
  const v11 = (m00 * m22 - m02 * m02) / det;
  const v12 = (m01 * m02 - m00 * m12) / det;
  const v22 = (m00 * m11 - m01 * m01) / det;
  into[at + C] = v00 * b0 + v01 * b1 + v02 * b2;
  into[at + C + 1] = v01 * b0 + v11 * b1 + v12 * b2;
  into[at + C + 2] = v02 * b0 + v12 * b1 + v22 * b2;
  into[at + COVARIANCE] = v00;
  into[at + COVARIANCE + 1] = v01;
  into[at + COVARIANCE + 2] = v02;
  into[at + COVARIANCE + 3] = v11;
  into[at + COVARIANCE + 4] = v12;
  into[at + COVARIANCE + 5] = v22;
  into[at + DETERMINANT] = det;
}
