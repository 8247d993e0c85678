// The root of a sum of squares, without overflow: as Math.hypot, which takes ten times as long.

/** √(a² + b²). */
export function hypot(a: number, b: number): number {
  const most = Math.max(Math.abs(a), Math.abs(b));
  if (most === 0 || most === Infinity) return most;
  const [x, y] = [a / most, b / most];
  return Math.sqrt(x * x + y * y) * most;
}

/** √(a² + b² + c² + d²), summed after Kahan. */
export function hypotOfFour(a: number, b: number, c: number, d: number): number {
  const most = Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d));
  if (most === 0 || most === Infinity) return most;
  const [x, y, z, w] = [a / most, b / most, c / most, d / most];
  let sum = x * x + y * y;
  let lost = sum - x * x - y * y;
  const third = z * z - lost;
  const three = sum + third;
  lost = three - sum - third;
  sum = three + (w * w - lost);
  return Math.sqrt(sum) * most;
}
