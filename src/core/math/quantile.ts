// Order statistics: quantiles, medians and a robust deviation.

/** Linear interpolation between the order statistics of an increasing array (Hyndman and Fan's type 7); NaN for none. */
export function quantileSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

export const quantile = (values: ArrayLike<number>, share: number): number =>
  quantileSorted(Float64Array.from(values).sort(), share);

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/** Median absolute deviation from zero, scaled to the deviation of a normal. */
export const robustDeviation = (residuals: ArrayLike<number>): number =>
  1.4826 * median(Float64Array.from(residuals, Math.abs));

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function deviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - middle) ** 2;
  return Math.sqrt(sum / Math.max(1, values.length - 1));
}
