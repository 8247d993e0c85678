// How many single values fell into the band that was predicted for them, by day.
import type { ReadStretch } from './audit-store.js';

/** What the band is meant to hold. */
export const BAND_LEVEL = 0.9;
const DAY_MS = 86_400_000;

export interface Coverage {
  points: number;
  below: number;
  above: number;
}

export type CoverageByDay = Map<number, Coverage>;

/** Points outside the knots have no band and do not count; between two knots it runs straight. */
export function coverageOf({ points, knots }: ReadStretch): CoverageByDay {
  const days: CoverageByDay = new Map();
  let right = 0;
  for (const { step, time, value } of points) {
    while (right < knots.length && knots[right]!.step < step) right++;
    const [before, after] = [knots[right - 1], knots[right]];
    if (!after || (!before && after.step > step) || !Number.isFinite(value)) continue;
    const share = before ? (step - before.step) / (after.step - before.step) : 1;
    const edge = (side: 'lower' | 'upper'): number =>
      before ? before[side] + share * (after[side] - before[side]) : after[side];
    const day = Math.floor(time / DAY_MS);
    const count = days.get(day) ?? { points: 0, below: 0, above: 0 };
    count.points++;
    if (value < edge('lower')) count.below++;
    else if (value > edge('upper')) count.above++;
    days.set(day, count);
  }
  return days;
}

export function addCoverage(into: CoverageByDay, other: CoverageByDay): void {
  for (const [day, { points, below, above }] of other) {
    const sum = into.get(day) ?? { points: 0, below: 0, above: 0 };
    into.set(day, { points: sum.points + points, below: sum.below + below, above: sum.above + above });
  }
}
