// Neighbouring stored buckets as one, down to about as many as are drawn.
import type { SeriesBucket } from '../../../runs/run-reader.js';

/** Stored buckets as columns of one length. NaN in `min`, `max` and `mean`: the bucket has no finite value. */
export interface BucketColumns {
  attempt: Float64Array;
  stepFrom: Float64Array;
  stepTo: Float64Array;
  /** Milliseconds since the epoch, as is `timeTo`. */
  timeFrom: Float64Array;
  timeTo: Float64Array;
  count: Float64Array;
  nonfinite: Float64Array;
  min: Float64Array;
  max: Float64Array;
  mean: Float64Array;
}

/** By attempt and step, so many neighbours of one attempt in one that about `points` remain. Extremes and counts are exact. */
export function joinBuckets(columns: BucketColumns, points: number): SeriesBucket[] {
  const order = orderOf(columns);
  const { attempt } = columns;
  const size = Math.ceil(order.length / points);
  const joined: SeriesBucket[] = [];
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && to - from < size && attempt[order[to]!] === attempt[order[from]!]) to++;
    joined.push(joinOf(columns, order.subarray(from, to)));
    from = to;
  }
  return joined;
}

function joinOf(columns: BucketColumns, indexes: Uint32Array): SeriesBucket {
  let [stepFrom, stepTo, timeFrom, timeTo] = [Infinity, -Infinity, Infinity, -Infinity];
  let [min, max] = [Infinity, -Infinity];
  let [count, nonfinite, mean] = [0, 0, 0];
  for (const index of indexes) {
    stepFrom = Math.min(stepFrom, columns.stepFrom[index]!);
    stepTo = Math.max(stepTo, columns.stepTo[index]!);
    timeFrom = Math.min(timeFrom, columns.timeFrom[index]!);
    timeTo = Math.max(timeTo, columns.timeTo[index]!);
    count += columns.count[index]!;
    nonfinite += columns.nonfinite[index]!;
    const own = columns.count[index]! - columns.nonfinite[index]!;
    if (own === 0) continue;
    min = Math.min(min, columns.min[index]!);
    max = Math.max(max, columns.max[index]!);
    // By shares: a sum of means near the largest double would overflow.
    const share = own / (count - nonfinite);
    mean = mean * (1 - share) + columns.mean[index]! * share;
  }
  const some = count > nonfinite;
  return {
    attempt: columns.attempt[indexes[0]!]!,
    ...{ stepFrom, stepTo, timeFrom, timeTo, count, nonfinite },
    min: some ? min : null,
    max: some ? max : null,
    mean: some ? mean : null,
  };
}

/** Rows lie as they were written, which is their order but for late ones. */
function orderOf({ attempt, stepFrom }: BucketColumns): Uint32Array {
  const order = Uint32Array.from(attempt.keys());
  const compare = (a: number, b: number): number => attempt[a]! - attempt[b]! || stepFrom[a]! - stepFrom[b]!;
  for (let place = 1; place < order.length; place++) if (compare(place - 1, place) > 0) return order.sort(compare);
  return order;
}
