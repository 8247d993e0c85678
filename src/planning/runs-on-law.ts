// Where a family's running runs stand on its law: how far they are, what the law says of their end, which axis holds each back.
import type { LawDocument } from '../core/laws/law-document.js';
import { inMetric } from '../core/laws/metric.js';
import { predict } from '../core/laws/predict.js';
import { tokensAt } from '../runs/batch-schedule.js';
import type { RunSummary } from '../runs/run-reader.js';
import { type RunVerdict, runningVerdicts } from './family-verdicts.js';

export interface RunOnLaw extends RunVerdict {
  /** Tokens so far; null where nothing tells. */
  tokens_now: number | null;
  /** What the run's own curve is expected to read now, else what was logged last; null before the first point. */
  loss_now: number | null;
  /** What the law says of the run's end. */
  said: { loss: number; lower: number; upper: number };
}

export function runsOnLaw(law: LawDocument, metric: string, runs: readonly RunSummary[], level: number): RunOnLaw[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  return runningVerdicts(law, runs).map((verdict) => {
    const run = byId.get(verdict.run)!;
    const end = predict(law, { params: verdict.params, tokens: verdict.tokens }, level);
    const { loss, lower, upper } = inMetric(law.metric, end);
    return { ...verdict, tokens_now: tokensNow(run), loss_now: lossNow(run, metric), said: { loss, lower, upper } };
  });
}

function tokensNow({ newestStep, metadata }: RunSummary): number | null {
  const { planned_tokens: planned, planned_steps: steps } = metadata;
  if (newestStep < 0) return null;
  const tokens = tokensAt(metadata, newestStep);
  if (tokens !== undefined) return tokens;
  return planned !== undefined && steps !== undefined ? (planned * newestStep) / steps : null;
}

/** Single values scatter: the middle of what is expected says better where the curve is. */
function lossNow({ standings }: RunSummary, metric: string): number | null {
  const standing = standings[metric] as { expected?: number | null; observed?: number | null } | undefined;
  return standing?.expected ?? standing?.observed ?? null;
}
