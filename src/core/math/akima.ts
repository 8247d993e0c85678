// Akima's piecewise cubic: smooth through the points, with little overshoot where they bend.

/** A cubic between knots: y = c0 + c1·t + c2·t² + c3·t³ with t counted from the knot on the left. */
export interface Cubic {
  from: number;
  to: number;
  coefficients: readonly [number, number, number, number];
}

/**
 * @param x increasing, at least two values
 * @returns a cubic for each gap (Akima 1970; slopes at the ends are carried on in a straight line, as SciPy does)
 */
export function akima(x: readonly number[], y: readonly number[]): Cubic[] {
  const n = x.length;
  const m: number[] = [];
  for (let i = 0; i < n - 1; i++) m.push((y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!));
  if (n === 2) return [{ from: x[0]!, to: x[1]!, coefficients: [y[0]!, m[0]!, 0, 0] }];
  const first = 2 * m[0]! - m[1]!;
  const last = 2 * m[n - 2]! - m[n - 3]!;
  // Two slopes more at either end.
  const slopes = [2 * first - m[0]!, first, ...m, last, 2 * last - m[n - 2]!];
  const tangent = x.map((_, i) => {
    const [a, b, c, d] = [slopes[i]!, slopes[i + 1]!, slopes[i + 2]!, slopes[i + 3]!];
    const [right, left] = [Math.abs(d - c), Math.abs(b - a)];
    return right + left > 1e-9 ? (right * b + left * c) / (right + left) : (b + c) / 2;
  });
  return m.map((slope, i) => {
    const width = x[i + 1]! - x[i]!;
    const c2 = (3 * slope - 2 * tangent[i]! - tangent[i + 1]!) / width;
    const c3 = (tangent[i]! + tangent[i + 1]! - 2 * slope) / width ** 2;
    return { from: x[i]!, to: x[i + 1]!, coefficients: [y[i]!, tangent[i]!, c2, c3] };
  });
}

/** Where the pieces are lowest, exactly: at a knot or where a cubic's slope is zero. */
export function lowestOf(pieces: readonly Cubic[]): { x: number; y: number } {
  let best = { x: NaN, y: Infinity };
  for (const { from, to, coefficients } of pieces) {
    const [c0, c1, c2, c3] = coefficients;
    const width = to - from;
    const disc = c2 * c2 - 3 * c3 * c1;
    const roots =
      Math.abs(c3) < 1e-14
        ? [-c1 / (2 * c2)]
        : disc >= 0
          ? [(-c2 + Math.sqrt(disc)) / (3 * c3), (-c2 - Math.sqrt(disc)) / (3 * c3)]
          : [];
    for (const t of [0, width, ...roots]) {
      if (!(t >= 0 && t <= width)) continue;
      const y = c0 + t * (c1 + t * (c2 + t * c3));
      if (y < best.y) best = { x: from + t, y };
    }
  }
  return best;
}
