// What a family's law says of its running runs: whether each is over-parameterised or under-trained for its compute.
import type { LawDocument } from '../core/laws/law-document.js';
import { knowsSplit } from '../core/laws/optimum.js';
import { FLOP_PER_PARAM_TOKEN } from '../core/laws/run-table.js';
import { tokensAt } from '../runs/batch-schedule.js';
import type { RunSummary } from '../runs/run-reader.js';
import { type AxisVerdict, axisOf } from './axis.js';

export interface RunVerdict extends AxisVerdict {
  run: string;
  params: number;
  /** Planned training tokens. */
  tokens: number;
}

/** Runs that say neither their size nor their planned tokens get no verdict, and none does by a law that knows no best split. */
export function runningVerdicts(law: LawDocument, runs: readonly RunSummary[]): RunVerdict[] {
  if (!knowsSplit(law)) return [];
  return runs.flatMap(({ id, status, metadata }) => {
    const { params, planned_tokens: planned, planned_steps: steps } = metadata;
    const tokens = planned ?? (steps === undefined ? undefined : tokensAt(metadata, steps));
    if ((status !== 'running' && status !== 'silent') || params === undefined || tokens === undefined) return [];
    const place = { params, tokens, compute: FLOP_PER_PARAM_TOKEN * params * tokens };
    return [{ run: id, params, tokens, ...axisOf(law, place) }];
  });
}
