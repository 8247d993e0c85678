// A metric's stored points: open rows and decoded segments, sorted where they belong, the first value of a step standing.
import type { ClientBase } from 'pg';
import type { KnownMetric } from './known-metric.js';
import { type PointColumns, columnsOfSegment } from './point-columns.js';
import { decodeSegment } from './segment-codec.js';
import type { StepRange, StoredPoint } from './stored-point.js';

export async function openPoints(client: ClientBase, at: KnownMetric, range: StepRange): Promise<StoredPoint[]> {
  const { rows } = await client.query<StoredPoint>({
    // Each connection plans it once: a page asks for it all the time.
    name: 'open-points',
    text: `select attempt, seq, step::float8 as step, time, values[$2] as value from points
            where run_ref = $1 and step between $3 and $4 and values[$2] is not null`,
    values: [at.ref, at.metric + 1, range.from, range.to],
  });
  return rows;
}

/** Closed points in the range, a segment each; none where no segment has any. */
export async function closedPoints(client: ClientBase, at: KnownMetric, range: StepRange): Promise<PointColumns[]> {
  const { rows } = await client.query<{ attempt: number; data: Buffer }>(
    `select attempt, data from segments where run_ref = $1 and metric = $2 and step_to >= $3 and step_from <= $4
      order by attempt, seq_from`,
    [at.ref, at.metric, range.from, range.to],
  );
  return rows
    .map(({ attempt, data }) => columnsOfSegment(attempt, decodeSegment(data), range))
    .filter(({ steps }) => steps.length > 0);
}

export function unpack(attempt: number, data: Buffer, { from, to }: StepRange, into: StoredPoint[]): void {
  const { seqs, steps, times, values } = decodeSegment(data);
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    if (step >= from && step <= to)
      into.push({ attempt, seq: seqs[index]!, step, time: times[index]!, value: values[index]! });
  }
}

/** By attempt and step; of several values of one step the first in the order of judgement. Sorts in place. */
export function inPlace(points: StoredPoint[]): StoredPoint[] {
  points.sort((a, b) => a.attempt - b.attempt || a.step - b.step || a.seq - b.seq);
  return points.filter((point, index) => {
    const before = points[index - 1];
    return before?.step !== point.step || before.attempt !== point.attempt;
  });
}
