// The body of a plan: whose law, which budget, on what machine.
import { z } from 'zod';
import {
  GPUS,
  type Machine,
  type SourcedMachine,
  USUAL_MFU,
  computeOfHours,
  gpuNamed,
} from '../../../planning/gpus.js';
import { learntMfu } from '../../../planning/learnt-mfu.js';
import type { PlanQuestion } from '../../../planning/plan.js';
import type { RunSummary } from '../../../runs/run-reader.js';
import { searched } from '../text-values.js';

const positive = z.number().positive().finite();
const share = z.number().gt(0).lt(1);
const BUDGETS = ['compute', 'gpu_hours', 'dollars', 'target_loss'] as const;

export const planBody = z
  .strictObject({
    family: searched,
    metric: searched.default('loss'),
    /** The newest unless one is named. */
    version: z.number().int().positive().optional(),
    compute: positive.optional(),
    gpu_hours: positive.optional(),
    dollars: positive.optional(),
    target_loss: positive.optional(),
    gpu: searched.optional(),
    gpus: positive.default(1),
    /** What the family's own runs reach, where absent and known. */
    mfu: share.optional(),
    gpu_hour_usd: positive.optional(),
    better: share.default(0.01),
    unique_tokens: positive.optional(),
    params: positive.optional(),
    tokens: positive.optional(),
    tokens_now: positive.optional(),
    level: share.default(0.9),
  })
  .superRefine((body, context) => {
    const wrong = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    const given = BUDGETS.filter((budget) => body[budget] !== undefined);
    if (given.length !== 1)
      wrong(given[1] ?? 'compute', `give one budget of ${BUDGETS.join(', ')}; ${given.length} are given`);
    if (body.gpu !== undefined && !gpuNamed(body.gpu))
      wrong('gpu', `there is no such GPU in the table; use one of ${GPUS.map((gpu) => gpu.name).join(', ')}`);
    if (body.gpu === undefined && (body.gpu_hours !== undefined || body.dollars !== undefined))
      wrong('gpu', 'GPU-hours and dollars need a GPU, such as h100');
    if (body.dollars !== undefined && body.gpu_hour_usd === undefined)
      wrong('gpu_hour_usd', 'dollars need the price of a GPU for an hour');
    if ((body.params === undefined) !== (body.tokens === undefined))
      wrong(body.params === undefined ? 'params' : 'tokens', 'a run of your own needs both params and tokens');
    if (body.tokens_now !== undefined && body.params === undefined)
      wrong('params', 'tokens_now is of a run of your own: give its params and planned tokens too');
  });

export type PlanBody = z.infer<typeof planBody>;

/** @param runs of the family, asked for only where the question names no share of the peak */
export async function machineOf(
  { gpu, gpus, mfu, gpu_hour_usd: gpuHourUsd }: PlanBody,
  runs: () => Promise<readonly RunSummary[]>,
): Promise<SourcedMachine | null> {
  const found = gpu === undefined ? undefined : gpuNamed(gpu);
  if (!found) return null;
  const machine = { gpu: found, count: gpus, gpuHourUsd: gpuHourUsd ?? null };
  if (mfu !== undefined) return { ...machine, mfu, mfuSource: 'given' };
  const learnt = learntMfu(await runs(), found);
  if (learnt === null) return { ...machine, mfu: USUAL_MFU, mfuSource: 'usual' };
  const { runs: count } = learnt;
  return { ...machine, mfu: learnt.mfu, mfuSource: `median of ${count} run${count === 1 ? '' : 's'} of the family` };
}

export function questionOf(body: PlanBody, machine: Machine | null): PlanQuestion {
  const { level, better, unique_tokens: uniqueTokens, params, tokens } = body;
  return {
    ...{ machine, level, better, uniqueTokens, budget: budgetOf(body, machine) },
    own: params !== undefined && tokens !== undefined ? { params, tokens } : undefined,
  };
}

function budgetOf(body: PlanBody, machine: Machine | null): PlanQuestion['budget'] {
  if (body.compute !== undefined) return { compute: body.compute };
  if (body.target_loss !== undefined) return { targetLoss: body.target_loss };
  // The schema has seen to the machine and the price.
  return { compute: computeOfHours(body.gpu_hours ?? body.dollars! / body.gpu_hour_usd!, machine!) };
}
