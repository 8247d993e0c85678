// The lower convex hull of points in the plane.

/** Numbers of the points on the lower hull, from left to right (Andrew's monotone chain, 1979). */
export function lowerHull(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i]! - x[j]! || y[i]! - y[j]!);
  const hull: number[] = [];
  for (const i of order) {
    while (hull.length >= 2) {
      const [a, b] = [hull[hull.length - 2]!, hull[hull.length - 1]!];
      const turn = (x[b]! - x[a]!) * (y[i]! - y[a]!) - (y[b]! - y[a]!) * (x[i]! - x[a]!);
      if (turn > 0) break;
      hull.pop();
    }
    hull.push(i);
  }
  return hull;
}
