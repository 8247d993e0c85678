// Straight lines by weighted least squares.

export interface Line {
  slope: number;
  intercept: number;
  /** Share of the weighted variance that the line explains. */
  r2: number;
}

/** y ≈ intercept + slope·x; equal weights where absent. */
export function weightedLine(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): Line {
  const n = x.length;
  const w = (i: number): number => (weights ? weights[i]! : 1);
  let [whole, mx, my] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    whole += w(i);
    mx += w(i) * x[i]!;
    my += w(i) * y[i]!;
  }
  mx /= whole;
  my /= whole;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xx += w(i) * (x[i]! - mx) ** 2;
    xy += w(i) * (x[i]! - mx) * (y[i]! - my);
    yy += w(i) * (y[i]! - my) ** 2;
  }
  const slope = xy / xx;
  return { slope, intercept: my - slope * mx, r2: yy > 0 ? (xy * xy) / (xx * yy) : 1 };
}

/** y ≈ c0 + c1·x + c2·x², by least squares. */
export function parabola(x: readonly number[], y: readonly number[]): [number, number, number] {
  const middle = x.reduce((sum, v) => sum + v, 0) / x.length;
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  x.forEach((value, i) => {
    let power = 1;
    for (let k = 0; k < 5; k++) {
      s[k]! += power;
      if (k < 3) t[k]! += power * y[i]!;
      power *= value - middle;
    }
  });
  const [s0, s1, s2, s3, s4] = s as [number, number, number, number, number];
  const [t0, t1, t2] = t as [number, number, number];
  const det = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s3 * s2) + s2 * (s1 * s3 - s2 * s2);
  const c0 = (t0 * (s2 * s4 - s3 * s3) - s1 * (t1 * s4 - s3 * t2) + s2 * (t1 * s3 - s2 * t2)) / det;
  const c1 = (s0 * (t1 * s4 - s3 * t2) - t0 * (s1 * s4 - s3 * s2) + s2 * (s1 * t2 - t1 * s2)) / det;
  const c2 = (s0 * (s2 * t2 - t1 * s3) - s1 * (s1 * t2 - t1 * s2) + t0 * (s1 * s3 - s2 * s2)) / det;
  return [c0 - c1 * middle + c2 * middle * middle, c1 - 2 * c2 * middle, c2];
}
