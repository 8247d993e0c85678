// How many single values of a stretch fell into the band that was predicted for them, by day and stage.
import type { ReadStretch } from './audit-store.js';
import { type Coverage, countValue, noCoverage } from './coverage.js';
import { stageAt } from './stage-coverage.js';

const DAY_MS = 86_400_000;

/** What one day and stage have of a stretch. */
export interface DayCoverage extends Coverage {
  /** Days of the epoch, UTC. */
  day: number;
  /** Place in STAGES; null where it is not known how long the run is. */
  stage: number | null;
}

/**
 * Points outside the knots have no band and do not count; between two knots it runs straight.
 *
 * @param end step at which the run's training ends; null where nothing says
 */
export function coverageOf({ points, knots }: ReadStretch, end: number | null): DayCoverage[] {
  const counts: DayCoverage[] = [];
  let right = 0;
  for (const { step, time, value } of points) {
    while (right < knots.length && knots[right]!.step < step) right++;
    const [before, after] = [knots[right - 1], knots[right]];
    if (!after || (!before && after.step > step) || !Number.isFinite(value)) continue;
    const share = before ? (step - before.step) / (after.step - before.step) : 1;
    const edge = (side: 'lower' | 'upper'): number =>
      before ? before[side] + share * (after[side] - before[side]) : after[side];
    const [day, stage] = [Math.floor(time / DAY_MS), stageAt(step, end)];
    let count = counts.find((one) => one.day === day && one.stage === stage);
    if (!count) counts.push((count = { day, stage, ...noCoverage() }));
    countValue(count, value, { lower: edge('lower'), upper: edge('upper') });
  }
  return counts;
}
