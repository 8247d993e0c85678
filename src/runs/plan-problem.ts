// Plans whose parts contradict each other: what one says of the run's length or size another says differently.
import { type BatchPlan, stepOfTokens, tokensAt } from './batch-schedule.js';
import { type Rejection, problem } from './rejection.js';
import type { Schedule } from './schedule.js';
import { scheduleProblem } from './schedule-problem.js';

/** The part of a run's metadata whose numbers must agree. */
export interface Plan extends BatchPlan {
  schedule?: Schedule;
  planned_steps?: number;
  planned_tokens?: number;
  params?: number;
  params_non_embedding?: number;
  parent?: unknown;
}

/** Batches that grow, a last step that is not whole, rounded figures: all within a factor of two. */
const MOST_APART = 2;

/**
 * What in one announcement cannot be together, or null. Parts that come in different announcements are not compared: the
 * later one is how a plan is changed. A run that ends before its warm-up or its decay does is a run cut short, and no error.
 */
export function planProblem(metadata: Plan): Rejection | null {
  const { schedule, params, params_non_embedding: inner } = metadata;
  const wrong = schedule && scheduleProblem(schedule);
  if (wrong) return { ...wrong, field: `schedule.${wrong.field}` };
  if (params !== undefined && inner !== undefined && inner > params)
    return problem(
      'params_non_embedding',
      `it is ${inner}, and params, which counts the embedding too, is ${params}`,
      'send all parameters as params',
    );
  return tokensProblem(metadata) ?? stableProblem(metadata);
}

function tokensProblem(metadata: Plan): Rejection | null {
  const { planned_tokens: tokens, planned_steps: steps, parent } = metadata;
  // Whoever goes on from another run counts the tokens with it or without.
  if (tokens === undefined || steps === undefined || parent !== undefined) return null;
  const made = tokensAt(metadata, steps);
  if (made === undefined || Math.max(made, tokens) <= MOST_APART * Math.min(made, tokens)) return null;
  return problem(
    'planned_tokens',
    `planned_tokens is ${tokens}, and the planned ${steps} steps have ${made} tokens`,
    'correct planned_tokens, planned_steps or tokens_per_step (of all GPUs together); batches that grow go into batch_schedule',
  );
}

/** A wsd's decay is the last part of the run, so that here the run's length counts. */
function stableProblem(metadata: Plan): Rejection | null {
  const { schedule, planned_steps, planned_tokens } = metadata;
  if (schedule?.kind !== 'wsd' || schedule.points?.length) return null;
  const steps = planned_steps ?? (planned_tokens && stepOfTokens(metadata, planned_tokens));
  const { warmup_steps: warmup = 0, decay_steps: decay = 0 } = schedule;
  if (!steps || decay === 0 || warmup + decay <= Math.ceil(steps)) return null;
  // Cut short within its warm-up it never comes to the decay.
  if (steps <= warmup) return null;
  return problem(
    'schedule.decay_steps',
    `a run of ${Math.ceil(steps)} steps cannot warm up for ${warmup} and then decay over its last ${decay}`,
    'make one of them shorter or the run longer; of a run that ends before its decay send kind constant',
  );
}
