// One metric of a run file in buckets of equal width in steps: what a picture shows of a log of any length.
import { readRunFile } from '../../inbound/files/run-file.js';

export interface CurveBucket {
  step: number;
  value: number;
  low: number;
  high: number;
}

const BUCKETS = 600;

/**
 * Means and extremes of the finite values, by step; what a restart trained again counts twice.
 * @param lastStep newest step of the file
 */
export async function curveBuckets(file: string, metric: string, lastStep: number): Promise<CurveBucket[]> {
  const sums = new Map<number, { count: number; step: number; value: number; low: number; high: number }>();
  for await (const entries of readRunFile(file))
    for (const entry of entries) {
      if (entry.kind !== 'record') continue;
      const { step, metrics } = entry.record;
      const value = metrics[metric];
      if (value === undefined || !Number.isFinite(value)) continue;
      const bucket = Math.floor((BUCKETS * step) / Math.max(1, lastStep + 1));
      const sum = sums.get(bucket) ?? { count: 0, step: 0, value: 0, low: Infinity, high: -Infinity };
      sums.set(bucket, {
        count: sum.count + 1,
        step: sum.step + step,
        value: sum.value + value,
        low: Math.min(sum.low, value),
        high: Math.max(sum.high, value),
      });
    }
  return [...sums.values()]
    .map(({ count, step, value, low, high }) => ({ step: step / count, value: value / count, low, high }))
    .sort((a, b) => a.step - b.step);
}
