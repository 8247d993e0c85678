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

/** Values by place, as columns of one length. */
export interface Placed {
  steps: ArrayLike<number>;
  /** Milliseconds since the epoch. */
  times: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** A bucket with the sequence number of a row in it, which tells apart buckets that begin at one step. */
export type StoredBucket = Bucket & { seqFrom: number };

interface Rows extends Placed {
  seqs: Float64Array;
  steps: Float64Array;
}

/** One metric's closed rows as buckets of up to `size`; late rows, which lie elsewhere, have buckets of their own. */
export function bucketsOf({ places, values }: Pick<ClosedSegment, 'places' | 'values'>, size: number): StoredBucket[] {
  const buckets: StoredBucket[] = [];
  let inOrder: Rows = { ...places, values };
  if (places.late.includes(1)) {
    const { late, steps, seqs } = places;
    inOrder = picked(inOrder, (index) => late[index] === 0);
    const behind = picked(
      { ...places, values },
      (index) => late[index] === 1,
      (a, b) => steps[a]! - steps[b]! || seqs[a]! - seqs[b]!,
    );
    const far = FAR_STEPS * usualStep(inOrder.steps.length > 1 ? inOrder.steps : behind.steps);
    for (let from = 0; from < behind.steps.length;) {
      let to = from + 1;
      while (to < behind.steps.length && to - from < size && behind.steps[to]! - behind.steps[to - 1]! <= far) to++;
      buckets.push(storedBucket(behind, from, to));
      from = to;
    }
  }
  const { length } = inOrder.steps;
  for (let from = 0; from < length; from += size)
    buckets.push(storedBucket(inOrder, from, Math.min(from + size, length)));
  return buckets;
}

function storedBucket(rows: Rows, from: number, to: number): StoredBucket {
  const stored = bucket(rows, from, to) as StoredBucket;
  stored.seqFrom = rows.seqs[from]!;
  return stored;
}

function picked(rows: Rows, keep: (index: number) => boolean, order?: (a: number, b: number) => number): Rows {
  const indexes = Array.from(rows.steps.keys()).filter(keep);
  if (order) indexes.sort(order);
  const column = (from: ArrayLike<number>): Float64Array => Float64Array.from(indexes, (index) => from[index]!);
  return {
    seqs: column(rows.seqs),
    steps: column(rows.steps),
    times: column(rows.times),
    values: column(rows.values),
  };
}

function usualStep(steps: Float64Array): number {
  const gaps = steps.subarray(1).map((step, index) => Math.abs(step - steps[index]!));
  gaps.sort();
  return Math.max(1, gaps[gaps.length >> 1] ?? 1);
}

/** The bucket of the rows from `from` to before `to`. */
export function bucket({ steps, times, values }: Placed, from: number, to: number): Bucket {
  let [stepFrom, stepTo, timeFrom, timeTo] = [Infinity, -Infinity, Infinity, -Infinity];
  let [min, max] = [Infinity, -Infinity];
  let mean = 0;
  let finite = 0;
  for (let i = from; i < to; i++) {
    const step = steps[i]!;
    const time = times[i]!;
    const value = values[i]!;
    if (step < stepFrom) stepFrom = step;
    if (step > stepTo) stepTo = step;
    if (time < timeFrom) timeFrom = time;
    if (time > timeTo) timeTo = time;
    if (!Number.isFinite(value)) continue;
    // Running mean: a sum of values near the largest double would overflow.
    finite++;
    mean += value / finite - mean / finite;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const count = to - from;
  const some = finite > 0;
  return {
    stepFrom,
    stepTo,
    timeFrom,
    timeTo,
    count,
    nonfinite: count - finite,
    min: some ? min : null,
    max: some ? max : null,
    mean: some ? mean : null,
  };
}
