// The newest rows of a run that are not yet in segments: looked up by step, closed in stretches.
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import type { ClosedSegment } from './watch-store.js';

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
  const segments = new Map<string, ClosedSegment>();
  for (const row of rows)
    row.values.forEach((value, metric) => {
      if (value === null || value === undefined) return;
      const key = `${row.attempt} ${metric}`;
      let segment = segments.get(key);
      if (!segment) segments.set(key, (segment = { attempt: row.attempt, metric, rows: [] }));
      segment.rows.push({ seq: row.seq, step: row.step, time: row.time, late: row.late, value });
    });
  return [...segments.values()];
}
