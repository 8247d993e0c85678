// A run's metadata as its monitor wants it.
import type { MonitorPlan } from '../core/detection/monitor-types.js';
import { stepOfTokens } from '../runs/batch-schedule.js';
import type { RunMetadata } from '../runs/run-announcement.js';

export function monitorPlan(metadata: RunMetadata): MonitorPlan {
  const { schedule } = metadata;
  return {
    schedule: schedule
      ? {
          kind: schedule.kind,
          peak: schedule.peak ?? null,
          min: schedule.min ?? null,
          warmupSteps: schedule.warmup_steps ?? null,
          decaySteps: schedule.decay_steps ?? null,
          points: schedule.points ?? null,
        }
      : null,
    plannedSteps: metadata.planned_steps ?? stepsOf(metadata),
    batches: metadata.batch_schedule ?? null,
    watch: metadata.watch ?? null,
  };
}

/** Steps of a run that is planned in tokens, as its batches are planned. */
function stepsOf(metadata: RunMetadata): number | null {
  const { planned_tokens: tokens } = metadata;
  const last = tokens === undefined ? undefined : stepOfTokens(metadata, tokens);
  return last === undefined ? null : Math.round(last);
}
