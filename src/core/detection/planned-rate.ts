// The learning rate that a plan foresees at a step.
import type { PlannedSchedule } from './monitor-types.js';

/** Rate at `step` in the schedule's own units, or NaN where the plan does not say. */
export function plannedRate(schedule: PlannedSchedule | null, step: number, plannedSteps: number | null): number {
  if (schedule === null) return NaN;
  const { points } = schedule;
  if (points && points.length > 0) return between(points, step);
  const peak = schedule.peak ?? 1;
  const least = schedule.min ?? 0;
  const warmup = schedule.warmupSteps ?? 0;
  if (step < warmup) return (peak * step) / warmup;
  if (schedule.kind === 'constant') return peak;
  if (plannedSteps === null) return NaN;
  const decay =
    schedule.kind === 'wsd' ? (schedule.decaySteps ?? Math.round(0.2 * plannedSteps)) : plannedSteps - warmup;
  const share = Math.min(1, Math.max(0, (step - (plannedSteps - decay)) / Math.max(decay, 1)));
  const fall = schedule.kind === 'cosine' ? (1 - Math.cos(Math.PI * share)) / 2 : share;
  return peak + (least - peak) * fall;
}

function between(points: readonly (readonly [number, number])[], step: number): number {
  if (step <= points[0]![0]) return points[0]![1];
  let low = 0;
  let high = points.length - 1;
  if (step >= points[high]![0]) return points[high]![1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= step) low = middle;
    else high = middle;
  }
  const [a, ya] = points[low]!;
  const [b, yb] = points[high]!;
  return b === a ? yb : ya + ((yb - ya) * (step - a)) / (b - a);
}
