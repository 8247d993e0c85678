// What closed segments know of one step: for records that come late, again, or in parts.
import type { KnownPoint } from '../../../runs/point-row.js';
import type { Database } from '../database.js';
import { type SegmentColumns, decodeSegment } from './segment-codec.js';

/** Decoded segments kept: a producer that sends old records again asks for neighbours. */
const KEPT = 256;

interface Place {
  metric: number;
  seq_from: number;
  step_from: number;
  step_to: number;
}

/** The segments that hold anything of these steps, both included. */
interface Stretch {
  from: number;
  to: number;
  places: readonly Place[];
}

/** Whoever asks again asks for neighbours: each time so many times further ahead is looked. */
const FURTHER = 4;
/** No further where as many segments lie there. */
const MOST_PLACES = 2_000;

/** Segments never change, so that what was decoded stays true as long as the run has its key. */
export class ClosedSteps {
  private readonly decoded = new Map<string, SegmentColumns>();
  private readonly near = new Map<string, Stretch>();

  constructor(private readonly database: Database) {}

  async find(ref: number, attempt: number, step: number): Promise<KnownPoint | null> {
    const { places } = await this.stretch(ref, attempt, step);
    let known: KnownPoint | null = null;
    for (const { metric, seq_from, step_from, step_to } of places) {
      if (step < step_from || step > step_to) continue;
      const segment = await this.segment(ref, metric, attempt, seq_from);
      const value = segment && valueAt(segment, step);
      if (value === null) continue;
      known ??= { attempt, step, values: [] };
      while (known.values.length <= metric) known.values.push(null);
      known.values[metric] ??= value;
    }
    return known;
  }

  /** After each commit, and where others may have committed: new segments may lie where none were. */
  forgetPlaces(): void {
    this.near.clear();
  }

  private async stretch(ref: number, attempt: number, step: number): Promise<Stretch> {
    const key = `${ref} ${attempt}`;
    const last = this.near.get(key);
    if (last && step >= last.from && step <= last.to) return last;
    const width = !last ? 1 : (last.to - last.from + 1) * (last.places.length < MOST_PLACES ? FURTHER : 1);
    const to = Math.min(step + width - 1, Number.MAX_SAFE_INTEGER);
    const places = await this.database.query<Place>(
      `select metric, seq_from, step_from::float8 as step_from, step_to::float8 as step_to from segments
        where run_ref = $1 and attempt = $2 and step_to >= $3 and step_from <= $4 order by seq_from`,
      [ref, attempt, step, to],
    );
    const stretch = { from: step, to, places };
    this.near.set(key, stretch);
    return stretch;
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
