// What a run plans beside its records: its learning rate and where it ends, from its metadata or a schedule file.
import { type Schedule as CurveSchedule, plannedRate } from '../core/curves/schedule.js';
import { stepOfTokens } from '../runs/batch-schedule.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import type { Schedule } from '../runs/schedule.js';

/** A schedule of the metadata as the curves want it. */
export function curveSchedule(schedule: Schedule): CurveSchedule {
  return {
    kind: schedule.kind,
    peak: schedule.peak ?? null,
    min: schedule.min ?? null,
    warmupSteps: schedule.warmup_steps ?? null,
    decaySteps: schedule.decay_steps ?? null,
    points: schedule.points ?? null,
  };
}

/** The step at which a schedule is over, or null where it does not say. */
export function endOfSchedule({ kind, points, warmup_steps, decay_steps }: Schedule): number | null {
  if (points && points.length > 0) return points.at(-1)![0];
  // A wsd's decay is its last part: where that ends is the run's end, which the schedule alone does not tell.
  if ((kind === 'cosine' || kind === 'linear') && decay_steps) return (warmup_steps ?? 0) + decay_steps;
  return null;
}

/** Where a run ends by its metadata: the end of its schedule, else its planned steps, else its planned tokens. */
export function plannedEnd(metadata: RunMetadata): number | null {
  const { schedule, planned_steps, planned_tokens } = metadata;
  const end = schedule ? endOfSchedule(schedule) : null;
  if (end !== null) return end;
  if (planned_steps !== undefined) return planned_steps;
  const last = planned_tokens && stepOfTokens(metadata, planned_tokens);
  return last ? Math.round(last) : null;
}

/** Planned rate by step for a run that ends at `until`; null where nothing is planned. NaN where the plan does not say. */
export function ratesOf(schedule: Schedule | null, until: number | null): ((step: number) => number) | null {
  if (schedule === null) return null;
  const curve = curveSchedule(schedule);
  return (step) => plannedRate(curve, step, until);
}
