// What a run has spent so far, from its metadata and its place.
import type { Spent } from '../core/pricing/price.js';
import { tokensAt } from '../runs/batch-schedule.js';
import type { RunHeader } from '../runs/run-header.js';

/** Tokens by the last logged count, else as planned; GPU-hours by the time between first and last record. */
export function spentBy(header: RunHeader, tokensLogged: number | null): Spent {
  const { metadata, newestStep, firstTime, lastTime } = header;
  const planned = newestStep >= 0 ? (tokensAt(metadata, newestStep) ?? null) : null;
  const hours =
    firstTime !== null && lastTime !== null && lastTime > firstTime ? (lastTime - firstTime) / 3_600_000 : null;
  return {
    tokens: tokensLogged ?? planned,
    gpuHours: hours !== null && metadata.gpus !== undefined ? hours * metadata.gpus : null,
    gpuHourUsd: metadata.gpu_hour_usd ?? null,
  };
}
