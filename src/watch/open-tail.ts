// The newest rows of a run that are not yet in segments: looked up by step, closed in stretches.
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import type { ClosedSegment, SegmentPlaces } from './watch-store.js';
import type { StepLosses } from './packed-reference.js';

/** Rows of a closed stretch: what a segment holds. */
export const SEGMENT_ROWS = 512;
/** The newest rows stay open: a restart found a few records late takes them over. */
const ROWS_KEPT_OPEN = 8;

/** The open rows of one run, in the order of judgement. */
export class OpenTail {
  constructor(private rows: PointRow[] = []) {}

  get length(): number {
    return this.rows.length;
  }

  /** The newest attempt's values of a metric that are numbers above 0, by rising step. */
  losses(attempt: number, metric: number): StepLosses {
    const steps: number[] = [];
    const losses: number[] = [];
    for (const row of this.rows) {
      const value = row.values[metric];
      if (row.attempt !== attempt || row.late || value == null || !(value > 0) || value === Infinity) continue;
      if (row.step <= (steps.at(-1) ?? -1)) continue;
      steps.push(row.step);
      losses.push(value);
    }
    return { steps, losses };
  }

  push(row: PointRow): void {
    this.rows.push(row);
  }

  /** Takes out the rows with these sequence numbers, in their order. */
  take(seqs: readonly number[]): PointRow[] {
    const taken = this.rows.filter((row) => seqs.includes(row.seq));
    this.rows = this.rows.filter((row) => !seqs.includes(row.seq));
    return taken;
  }

  /** What the open rows before `seq` know of a step: the first value of each metric, or null where no row speaks of it. */
  find(attempt: number, step: number, seq = Infinity): KnownPoint | null {
    let known: KnownPoint | null = null;
    for (const row of this.rows) {
      if (row.step !== step || row.attempt !== attempt || row.seq >= seq) continue;
      known ??= { attempt, step, values: [] };
      mergeFirst(known.values, row.values);
    }
    return known;
  }

  /** Closes all full stretches: their segments, and the last sequence number in them; null where none is full. */
  closeFull(): { segments: ClosedSegment[]; throughSeq: number } | null {
    const segments: ClosedSegment[] = [];
    let closed = 0;
    while (this.rows.length - closed >= SEGMENT_ROWS + ROWS_KEPT_OPEN) {
      segments.push(...segmentsOf(this.rows.slice(closed, closed + SEGMENT_ROWS)));
      closed += SEGMENT_ROWS;
    }
    if (closed === 0) return null;
    const throughSeq = this.rows[closed - 1]!.seq;
    this.rows = this.rows.slice(closed);
    return { segments, throughSeq };
  }
}

/** What closed and open rows know of a step together; the closed ones came first. */
export function mergedKnown(closed: KnownPoint | null, open: KnownPoint | null): KnownPoint | null {
  if (closed === null || open === null) return closed ?? open;
  const values = closed.values.slice();
  mergeFirst(values, open.values);
  return { ...closed, values };
}

/** Fills the holes of `into` from `values`: the first value of a metric stands. */
export function mergeFirst(into: (number | null)[], values: readonly (number | null)[]): void {
  values.forEach((value, metric) => {
    if (value !== null && value !== undefined) into[metric] ??= value;
    else if (into[metric] === undefined) into[metric] = null;
  });
}

function segmentsOf(rows: readonly PointRow[]): ClosedSegment[] {
  const attempts = new Set<number>();
  for (const { attempt } of rows) attempts.add(attempt);
  const segments: ClosedSegment[] = [];
  for (const attempt of attempts) {
    const own = attempts.size === 1 ? rows : rows.filter((row) => row.attempt === attempt);
    const all = placesOf(own);
    const width = own.reduce((most, { values }) => Math.max(most, values.length), 0);
    for (let metric = 0; metric < width; metric++) {
      const values = valuesOf(own, metric);
      if (values.length === 0) continue;
      const places = values.length === own.length ? all : placesOf(own.filter((row) => has(row, metric)));
      segments.push({ attempt, metric, places, values });
    }
  }
  return segments;
}

const has = ({ values }: PointRow, metric: number): boolean => (values[metric] ?? null) !== null;

function placesOf(rows: readonly PointRow[]): SegmentPlaces {
  const { length } = rows;
  const places: SegmentPlaces = {
    seqs: new Float64Array(length),
    steps: new Float64Array(length),
    times: new Float64Array(length),
    late: new Uint8Array(length),
  };
  for (let i = 0; i < length; i++) {
    const { seq, step, time, late } = rows[i]!;
    places.seqs[i] = seq;
    places.steps[i] = step;
    places.times[i] = time;
    if (late) places.late[i] = 1;
  }
  return places;
}

/** The values of one metric; rows without it are passed over. */
function valuesOf(rows: readonly PointRow[], metric: number): Float64Array {
  const values = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]!.values[metric];
    if (value !== null && value !== undefined) values[count++] = value;
  }
  return count === rows.length ? values : values.slice(0, count);
}
