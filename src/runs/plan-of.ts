// The part of a run's metadata that its judgement leans on.
import type { RunMetadata } from './run-announcement.js';

const PLAN_KEYS = ['schedule', 'planned_steps', 'planned_tokens', 'tokens_per_step', 'watch', 'data_order'] as const;

/** Whether two states of a run's metadata say the same to its judgement. */
export function samePlan(a: RunMetadata, b: RunMetadata): boolean {
  // Asked for every record: nearly always it is the same state.
  return a === b || PLAN_KEYS.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
}
