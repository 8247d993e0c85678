// A run's metadata as its monitor wants it.
import type { MonitorPlan } from '../core/detection/monitor-types.js';
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
    plannedSteps: metadata.planned_steps ?? null,
    plannedTokens: metadata.planned_tokens ?? null,
    tokensPerStep: metadata.tokens_per_step ?? null,
    watch: metadata.watch ?? null,
    dataOrder: metadata.data_order ?? null,
  };
}
