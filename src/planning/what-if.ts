// A running run: what stopping now, going on as planned, or going on for longer would bring and cost.
import type { LawDocument } from '../core/laws/law-document.js';
import { FLOP_PER_PARAM_TOKEN } from '../core/laws/run-table.js';
import type { Machine } from './gpus.js';
import { type PlannedRun, plannedRun } from './plan.js';

export interface WhatIf {
  stop_now: PlannedRun;
  as_planned: PlannedRun;
  /** Twice the planned tokens. */
  extended: PlannedRun;
}

/** Each option's loss is that of a run whose learning rate is brought down by then, as the law's runs were. */
export function whatIf(
  document: LawDocument,
  run: { params: number; tokensNow: number; tokensPlanned: number },
  level: number,
  machine: Machine | null,
): WhatIf {
  const at = (tokens: number): PlannedRun =>
    plannedRun(
      document,
      { params: run.params, tokens, compute: FLOP_PER_PARAM_TOKEN * run.params * tokens },
      level,
      machine,
    );
  return { stop_now: at(run.tokensNow), as_planned: at(run.tokensPlanned), extended: at(2 * run.tokensPlanned) };
}
