// A plan's question, as the address holds it: whoever gets the address sees the same plan.
import { parseNumber } from '../format/parse-number.js';
import type { FamilyPicture } from '../family/law-shapes.js';
import type { Gpu } from './plan-shapes.js';

export type BudgetKind = 'compute' | 'gpu_hours' | 'dollars' | 'target_loss';
const KINDS: readonly string[] = ['compute', 'gpu_hours', 'dollars', 'target_loss'];

export interface PlanState {
  by: BudgetKind;
  /** In the unit of `by`; null: three times the family's largest run. */
  budget: number | null;
  gpu: string | null;
  gpus: number;
  mfu: number;
  usd: number | null;
  better: number;
  unique: number | null;
  params: number | null;
  tokens: number | null;
}

export const DEFAULT_GPU = 'h100';
const DEFAULT_USD = 2;
const DEFAULT_MFU = 0.4;
const DEFAULT_BETTER = 0.01;

export function planStateOf(query: URLSearchParams): PlanState {
  const number = (name: string): number | null => {
    return parseNumber(query.get(name) ?? '');
  };
  const by = (KINDS.includes(query.get('by') ?? '') ? query.get('by') : 'compute') as BudgetKind;
  const share = (name: string, otherwise: number): number => {
    const value = number(name);
    return value !== null && value < 1 ? value : otherwise;
  };
  const needsGpu = by === 'gpu_hours' || by === 'dollars';
  return {
    by,
    budget: number('budget'),
    gpu: query.get('gpu') ?? (needsGpu ? DEFAULT_GPU : null),
    gpus: number('gpus') ?? 1,
    mfu: share('mfu', DEFAULT_MFU),
    usd: number('usd') ?? (by === 'dollars' ? DEFAULT_USD : null),
    better: share('better', DEFAULT_BETTER),
    unique: number('unique'),
    params: number('params'),
    tokens: number('tokens'),
  };
}

/** What one unit of the budget is in FLOP; null where the machine or its price is not known. */
function flopPerUnit({ by, mfu, usd }: PlanState, gpu: Gpu | undefined): number | null {
  if (by === 'compute') return 1;
  if (gpu === undefined) return null;
  const hour = 3600 * gpu.peak_flops * mfu;
  return by === 'gpu_hours' ? hour : usd === null ? null : hour / usd;
}

export interface BudgetRange {
  from: number;
  to: number;
  log: boolean;
  start: number;
}

const START = 3;
const BEYOND = 10;

/** Where the slider goes: from below the family's smallest run to ten times beyond what its law has evidence for. */
export function budgetRange(state: PlanState, family: FamilyPicture, gpu: Gpu | undefined): BudgetRange | null {
  const { best } = family.picture;
  const [first, last] = [best[0], best.at(-1)];
  if (!first || !last) return null;
  if (state.by === 'target_loss') {
    const start = best.find(({ compute }) => compute >= START * family.range.compute.max) ?? last;
    return { from: last.loss, to: first.loss, log: false, start: start.loss };
  }
  const unit = flopPerUnit(state, gpu);
  if (unit === null) return null;
  return {
    ...{ from: first.compute / unit, to: (BEYOND * last.compute) / unit, log: true },
    start: (START * family.range.compute.max) / unit,
  };
}

/** The body for `POST /v1/plans`. */
export function planBody(
  state: PlanState,
  { family, metric }: { family: string; metric: string },
  budget: number,
): Record<string, unknown> {
  const { by, gpu, gpus, mfu, usd, better, unique, params, tokens } = state;
  return {
    ...{ family, metric, [by]: budget, better },
    ...(gpu !== null && { gpu, gpus, mfu }),
    ...(gpu !== null && usd !== null && { gpu_hour_usd: usd }),
    ...(unique !== null && { unique_tokens: unique }),
    ...(params !== null && tokens !== null && { params, tokens }),
  };
}
