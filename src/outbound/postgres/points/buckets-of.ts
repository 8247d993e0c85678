// Closed rows as stretches of points with their least, greatest and mean value: what is drawn of long curves.
import type { ClosedSegment } from '../../../watch/watch-store.js';

/** Rows of a bucket by level; the coarser one for curves of a million points. */
export const LEVEL_ROWS = [64, 512] as const;
/** Late rows further apart than this many usual steps are kept apart, so that no bucket spans what it has nothing of. */
const FAR_STEPS = 64;

/** One bucket. `min`, `max` and `mean` are over the finite values, null where there is none. */
export interface Bucket {
  stepFrom: number;
  stepTo: number;
  timeFrom: number;
  timeTo: number;
  count: number;
  nonfinite: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

type Row = ClosedSegment['rows'][number];

/** A bucket with the sequence number of a row in it, which tells apart buckets that begin at one step. */
export type StoredBucket = Bucket & { seqFrom: number };

/** One metric's closed rows as buckets of up to `size`; late rows, which lie elsewhere, have buckets of their own. */
export function bucketsOf(rows: readonly Row[], size: number): StoredBucket[] {
  const inOrder = rows.filter((row) => !row.late);
  const late = rows.filter((row) => row.late).sort((a, b) => a.step - b.step || a.seq - b.seq);
  const groups =
    late.length === 0 ? [] : groupsOf(late, FAR_STEPS * usualStep(inOrder.length > 1 ? inOrder : late), size);
  for (let from = 0; from < inOrder.length; from += size) groups.push(inOrder.slice(from, from + size));
  return groups.map((group) => ({ ...bucket(group), seqFrom: group[0]!.seq }));
}

function groupsOf(rows: readonly Row[], far: number, size: number): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group && group.length < size && row.step - group.at(-1)!.step <= far) group.push(row);
    else groups.push([row]);
  }
  return groups;
}

function usualStep(rows: readonly Row[]): number {
  const gaps = rows.slice(1).map((row, index) => Math.abs(row.step - rows[index]!.step));
  gaps.sort((a, b) => a - b);
  return Math.max(1, gaps[gaps.length >> 1] ?? 1);
}

export function bucket(rows: readonly { step: number; time: number; value: number }[]): Bucket {
  const result: Bucket = {
    stepFrom: Infinity,
    stepTo: -Infinity,
    timeFrom: Infinity,
    timeTo: -Infinity,
    count: rows.length,
    nonfinite: 0,
    min: null,
    max: null,
    mean: null,
  };
  let mean = 0;
  let finite = 0;
  for (const { step, time, value } of rows) {
    result.stepFrom = Math.min(result.stepFrom, step);
    result.stepTo = Math.max(result.stepTo, step);
    result.timeFrom = Math.min(result.timeFrom, time);
    result.timeTo = Math.max(result.timeTo, time);
    if (!Number.isFinite(value)) result.nonfinite++;
    else {
      // Running mean: a sum of values near the largest double would overflow.
      finite++;
      mean += value / finite - mean / finite;
      result.min = Math.min(result.min ?? value, value);
      result.max = Math.max(result.max ?? value, value);
    }
  }
  if (finite > 0) result.mean = mean;
  return result;
}
