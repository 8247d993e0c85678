// The part of a run's metadata that its judgement leans on, and what two runs' plans have in common.
import { isDeepStrictEqual } from 'node:util';
import type { RunMetadata } from './run-announcement.js';

const PLAN_KEYS = [
  'schedule',
  'batch_schedule',
  'planned_steps',
  'planned_tokens',
  'tokens_per_step',
  'watch',
  'data_order',
] as const;

/** Whether two states of a run's metadata say the same to its judgement. */
export function samePlan(a: RunMetadata, b: RunMetadata): boolean {
  // Asked for every record: nearly always it is the same state.
  return a === b || PLAN_KEYS.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

/**
 * Whether two runs may have gone through the same learning rates at the same steps, by what both declare. Beside one whose
 * rate is lowered elsewhere, what that brings would be taken for a deviation.
 */
export function mayShareRates(a: RunMetadata, b: RunMetadata): boolean {
  if (a.schedule === undefined || b.schedule === undefined) return true;
  if (!isDeepStrictEqual(a.schedule, b.schedule)) return false;
  const isKnown = a.planned_steps !== undefined && b.planned_steps !== undefined;
  return a.schedule.kind === 'constant' || !isKnown || a.planned_steps === b.planned_steps;
}
