// Counts of values in and beyond the band that was predicted for them.

/** What the band is meant to hold. */
export const BAND_LEVEL = 0.9;

export interface Coverage {
  points: number;
  below: number;
  above: number;
}

export const noCoverage = (): Coverage => ({ points: 0, below: 0, above: 0 });

/** A value on the edge is inside. */
export function countValue(into: Coverage, value: number, band: { lower: number; upper: number }): void {
  into.points++;
  if (value < band.lower) into.below++;
  else if (value > band.upper) into.above++;
}

export function addCoverage(into: Coverage, { points, below, above }: Coverage): void {
  into.points += points;
  into.below += below;
  into.above += above;
}

export function sumCoverage(parts: Iterable<Coverage>): Coverage {
  const total = noCoverage();
  for (const part of parts) addCoverage(total, part);
  return total;
}
