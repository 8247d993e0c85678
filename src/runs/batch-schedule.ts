// The planned size of a run's batches, as its metadata states it: what a step has in tokens, and how many come together by a step.
import { z } from 'zod';

/** `[step, tokens a step]` in order: each size holds from its step on, the first also before it. */
export const batchScheduleSchema = z
  .array(z.tuple([z.number().int().nonnegative(), z.number().positive().finite()]))
  .min(1)
  .max(10_000)
  .refine((sizes) => sizes.every(([step], i) => i === 0 || step > sizes[i - 1]![0]), 'the steps must rise');
export type BatchSchedule = z.infer<typeof batchScheduleSchema>;

/** The part of a run's metadata that says how large its batches are. */
export interface BatchPlan {
  tokens_per_step?: number;
  batch_schedule?: BatchSchedule;
}

/** Tokens of a step by the schedule; NaN without one. */
export function plannedBatch(schedule: BatchSchedule | null | undefined, step: number): number {
  if (!schedule) return NaN;
  let size = schedule[0]![1];
  for (const [from, tokens] of schedule) {
    if (from > step) break;
    size = tokens;
  }
  return size;
}

/** The first planned change of the size after `step`, or null. */
export function nextBatch(schedule: BatchSchedule, step: number): { step: number; tokens: number } | null {
  const now = plannedBatch(schedule, step);
  const next = schedule.find(([from, tokens]) => from > step && tokens !== now);
  return next ? { step: next[0], tokens: next[1] } : null;
}

/** Tokens trained by `step` as planned: by the schedule, else by tokens a step; undefined where neither is announced. */
export function tokensAt(
  { batch_schedule: sizes, tokens_per_step: each }: BatchPlan,
  step: number,
): number | undefined {
  if (!sizes) return each === undefined ? undefined : each * step;
  return sizes.reduce((sum, [from, tokens], i) => {
    const [begin, end] = [i === 0 ? 0 : from, sizes[i + 1]?.[0] ?? Infinity];
    return sum + tokens * Math.max(0, Math.min(end, step) - begin);
  }, 0);
}

/** The step by which so many tokens are trained as planned: the inverse of `tokensAt`. */
export function stepOfTokens(
  { batch_schedule: sizes, tokens_per_step: each }: BatchPlan,
  tokens: number,
): number | undefined {
  if (!sizes) return each === undefined ? undefined : tokens / each;
  let left = tokens;
  for (let i = 0; ; i++) {
    const [begin, end] = [i === 0 ? 0 : sizes[i]![0], sizes[i + 1]?.[0] ?? Infinity];
    const stretch = (end - begin) * sizes[i]![1];
    if (left <= stretch) return begin + left / sizes[i]![1];
    left -= stretch;
  }
}
