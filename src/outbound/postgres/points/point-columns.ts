// Points as columns, in their places, the first value of a step standing: what is drawn of tens of thousands needs no object each.
import type { SeriesBucket } from '../../../runs/run-reader.js';
import { bucket } from './buckets-of.js';
import type { SegmentColumns } from './segment-codec.js';
import type { StepRange, StoredPoint } from './stored-point.js';

/** All of one length. */
export interface PointColumns {
  attempts: Float64Array;
  seqs: Float64Array;
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
}

const NAMES = ['attempts', 'seqs', 'steps', 'times', 'values'] as const;

const columnsOf = (column: (name: (typeof NAMES)[number]) => Float64Array): PointColumns => ({
  attempts: column('attempts'),
  seqs: column('seqs'),
  steps: column('steps'),
  times: column('times'),
  values: column('values'),
});

export const columnsOfPoints = (points: readonly StoredPoint[]): PointColumns => ({
  attempts: Float64Array.from(points, ({ attempt }) => attempt),
  seqs: Float64Array.from(points, ({ seq }) => seq),
  steps: Float64Array.from(points, ({ step }) => step),
  times: Float64Array.from(points, ({ time }) => time),
  values: Float64Array.from(points, ({ value }) => value),
});

/** Those points of a segment that lie in the range. */
export function columnsOfSegment(attempt: number, segment: SegmentColumns, { from, to }: StepRange): PointColumns {
  const { seqs, steps, times, values } = segment;
  const columns = { attempts: new Float64Array(steps.length).fill(attempt), seqs, steps, times, values };
  const isInside = (step: number): boolean => step >= from && step <= to;
  if (steps.every(isInside)) return columns;
  return picked(
    columns,
    Uint32Array.from(steps.keys()).filter((index) => isInside(steps[index]!)),
  );
}

/** One after the other. */
export function joinColumns(parts: readonly PointColumns[]): PointColumns {
  const length = parts.reduce((sum, { steps }) => sum + steps.length, 0);
  return columnsOf((name) => {
    const column = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      column.set(part[name], at);
      at += part[name].length;
    }
    return column;
  });
}

/** By attempt and step; of several values of one step the first in the order of judgement. */
export function columnsInPlace(columns: PointColumns): PointColumns {
  const { attempts, seqs, steps } = columns;
  const place = (a: number, b: number): number => attempts[a]! - attempts[b]! || steps[a]! - steps[b]!;
  let rises = true;
  for (let index = 1; index < steps.length && rises; index++) rises = place(index - 1, index) < 0;
  // The rule, but for late points and those sent twice.
  if (rises) return columns;
  const order = Uint32Array.from(steps.keys()).sort((a, b) => place(a, b) || seqs[a]! - seqs[b]!);
  const first = order.filter((index, at) => at === 0 || place(order[at - 1]!, index) !== 0);
  return picked(columns, first);
}

const picked = (columns: PointColumns, indexes: Uint32Array): PointColumns =>
  columnsOf((name) => Float64Array.from(indexes, (index) => columns[name][index]!));

/** Points in their places, so many neighbours of one attempt in a bucket. */
export function bucketsOfColumns(columns: PointColumns, size: number): SeriesBucket[] {
  const { attempts } = columns;
  const buckets: SeriesBucket[] = [];
  for (let from = 0; from < attempts.length;) {
    const attempt = attempts[from]!;
    let to = from + 1;
    while (to < attempts.length && to - from < size && attempts[to] === attempt) to++;
    buckets.push({ attempt, ...bucket(columns, from, to) });
    from = to;
  }
  return buckets;
}
