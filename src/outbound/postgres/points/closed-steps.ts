// What closed segments know of one step: for records that come late, again, or in parts.
import type { KnownPoint } from '../../../runs/point-row.js';
import type { Database } from '../database.js';
import { type SegmentColumns, decodeSegment } from './segment-codec.js';

/** Decoded segments kept: a producer that sends old records again asks for neighbours. */
const KEPT = 256;

interface Place {
  metric: number;
  seq_from: number;
}

/** Segments never change, so that what was decoded stays true as long as the run has its key. */
export class ClosedSteps {
  private readonly decoded = new Map<string, SegmentColumns>();

  constructor(private readonly database: Database) {}

  async find(ref: number, attempt: number, step: number): Promise<KnownPoint | null> {
    const places = await this.database.query<Place>(
      `select metric, seq_from from segments
        where run_ref = $1 and attempt = $2 and step_to >= $3 and step_from <= $3 order by seq_from`,
      [ref, attempt, step],
    );
    let known: KnownPoint | null = null;
    for (const { metric, seq_from } of places) {
      const segment = await this.segment(ref, metric, attempt, seq_from);
      const value = segment && valueAt(segment, step);
      if (value === null) continue;
      known ??= { attempt, step, values: [] };
      while (known.values.length <= metric) known.values.push(null);
      known.values[metric] ??= value;
    }
    return known;
  }

  /** Null where it is gone. */
  private async segment(ref: number, metric: number, attempt: number, seqFrom: number): Promise<SegmentColumns | null> {
    const key = `${ref} ${metric} ${attempt} ${seqFrom}`;
    let columns = this.decoded.get(key);
    if (!columns) {
      const rows = await this.database.query<{ data: Buffer }>(
        'select data from segments where run_ref = $1 and metric = $2 and attempt = $3 and seq_from = $4',
        [ref, metric, attempt, seqFrom],
      );
      // The run was deleted between the two queries.
      if (rows.length === 0) return null;
      columns = decodeSegment(rows[0]!.data);
    } else this.decoded.delete(key);
    this.decoded.set(key, columns);
    if (this.decoded.size > KEPT) this.decoded.delete(this.decoded.keys().next().value!);
    return columns;
  }
}

/** The first value by sequence number. */
function valueAt({ steps, values }: SegmentColumns, step: number): number | null {
  const index = steps.indexOf(step);
  return index < 0 ? null : values[index]!;
}
