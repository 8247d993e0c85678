// The share of the peak that a lab's own runs reach, from what they announced and how long they took.
import { median } from '../core/math/quantile.js';
import { FLOP_PER_PARAM_TOKEN } from '../core/laws/run-table.js';
import { tokensAt } from '../runs/batch-schedule.js';
import type { RunSummary } from '../runs/run-reader.js';
import { type Gpu, gpuNamed } from './gpus.js';

export interface LearntMfu {
  mfu: number;
  /** How many runs it is the median of. */
  runs: number;
}

/** Fewer records than this are a start, not a pace. */
const LEAST_RECORDS = 20;

/** The median over the runs on such GPUs; null where none of them says size, tokens a step and GPUs. */
export function learntMfu(runs: readonly RunSummary[], gpu: Gpu): LearntMfu | null {
  const reached = runs
    .filter(({ metadata }) => metadata.gpu !== undefined && gpuNamed(metadata.gpu)?.name === gpu.name)
    .map((run) => mfuOf(run, gpu))
    .filter((share) => share !== null);
  return reached.length === 0 ? null : { mfu: median(reached), runs: reached.length };
}

/** The median over finished runs whose GPU-hours are known; null where none of them is a share of this GPU's peak. */
export function mfuOfHours(
  runs: readonly { params: number; tokens: number; gpuHours: number }[],
  gpu: Gpu,
): LearntMfu | null {
  const reached = runs
    .map(({ params, tokens, gpuHours }) => (FLOP_PER_PARAM_TOKEN * params * tokens) / (gpuHours * 3600 * gpu.peakFlops))
    .filter((share) => share > 0 && share < 1);
  return reached.length === 0 ? null : { mfu: median(reached), runs: reached.length };
}

/**
 * 6·N·tokens over GPUs · peak · seconds between the first and the last record. A run that was restarted stood still in
 * between, and tells nothing.
 */
export function mfuOf(run: RunSummary, gpu: Gpu): number | null {
  const { params, gpus, gpu_peak_flops: peak } = run.metadata;
  const { firstTime, lastTime, newestStep, records, attempt } = run;
  const planned = tokensAt(run.metadata, newestStep);
  if (params === undefined || planned === undefined || gpus === undefined || attempt !== 1) return null;
  if (firstTime === null || lastTime === null || lastTime <= firstTime || records < LEAST_RECORDS) return null;
  // The first record closes a stretch of steps that began before it.
  const tokens = planned * (1 - 1 / records);
  const share =
    (FLOP_PER_PARAM_TOKEN * params * tokens) / (gpus * (peak ?? gpu.peakFlops) * ((lastTime - firstTime) / 1000));
  return share > 0 && share < 1 ? share : null;
}
