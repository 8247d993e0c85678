// The learning rate that a plan foresees at a step, and what a plan is.

export type ScheduleKind = 'constant' | 'cosine' | 'linear' | 'wsd' | 'custom';

/** A planned learning rate; rates in any unit, steps counted from the run's start. */
export interface Schedule {
  kind: ScheduleKind;
  /** Highest rate; absent: 1, so that only the shape counts. */
  peak?: number | null;
  /** Rate at the end of the decay. */
  min?: number | null;
  warmupSteps?: number | null;
  /** For `wsd`: steps of the last, linear, decay. For `cosine` and `linear`: steps from the warm-up to the least rate. */
  decaySteps?: number | null;
  /** For `custom`: steps (rising) and rates, joined by straight lines. */
  points?: readonly (readonly [number, number])[] | null;
}

/** Share of the run that decays where a `wsd` plan does not say. */
const USUAL_DECAY = 0.2;

/**
 * Rate at `step`, or NaN where the plan does not say: a decay without its length and without the run's.
 *
 * Warm-up is linear from 0; cosine after Loshchilov and Hutter 2017; wsd (warm-up, stable, decay) after Hu et al. 2024.
 */
export function plannedRate(schedule: Schedule, step: number, plannedSteps: number | null): number {
  const { points } = schedule;
  if (points && points.length > 0) return between(points, step);
  const peak = schedule.peak ?? 1;
  const least = Math.min(schedule.min ?? 0, peak);
  const warmup = schedule.warmupSteps ?? 0;
  if (step < warmup) return (peak * Math.max(step, 0)) / warmup;
  switch (schedule.kind) {
    case 'constant':
      return peak;
    case 'custom':
      return NaN;
    case 'wsd': {
      if (plannedSteps === null) return NaN;
      const decay = Math.max(1, schedule.decaySteps ?? Math.round(USUAL_DECAY * plannedSteps));
      return peak + (least - peak) * share(step - (plannedSteps - decay), decay);
    }
    default: {
      const length = schedule.decaySteps ?? (plannedSteps === null ? NaN : plannedSteps - warmup);
      if (!Number.isFinite(length)) return NaN;
      const gone = share(step - warmup, Math.max(1, length));
      return peak + (least - peak) * (schedule.kind === 'cosine' ? (1 - Math.cos(Math.PI * gone)) / 2 : gone);
    }
  }
}

const share = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole));

function between(points: readonly (readonly [number, number])[], step: number): number {
  let high = points.length - 1;
  if (step <= points[0]![0]) return points[0]![1];
  if (step >= points[high]![0]) return points[high]![1];
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= step) low = middle;
    else high = middle;
  }
  const [a, ya] = points[low]!;
  const [b, yb] = points[high]!;
  return b === a ? yb : ya + ((yb - ya) * (step - a)) / (b - a);
}
