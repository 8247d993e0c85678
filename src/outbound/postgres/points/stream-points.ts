// Every point of a metric by attempt and step, a few segments at a time, however long the run.
import type { SeriesPoint } from '../../../runs/run-reader.js';
import type { Database } from '../database.js';
import { type KnownMetric, findMetric } from './known-metric.js';
import { inPlace, openPoints, unpack } from './read-points.js';
import type { StoredPoint } from './stored-point.js';

const SEGMENTS_AT_ONCE = 32;
const EVERYWHERE = { from: 0, to: Number.MAX_SAFE_INTEGER };

interface Place {
  attempt: number;
  seq_from: number;
  step_from: number;
}

/** What is stored when it begins; points that come meanwhile are left out. Nothing for an unknown run or metric. */
export async function* streamPoints(database: Database, id: string, metric: string): AsyncGenerator<SeriesPoint[]> {
  const begun = await database.reading(async (client) => {
    const at = await findMetric(client, id, metric);
    if (at === null || at.metric < 0) return null;
    const { rows } = await client.query<Place>(
      `select attempt, seq_from, step_from::float8 as step_from from segments
        where run_ref = $1 and metric = $2 order by attempt, step_from, seq_from`,
      [at.ref, at.metric],
    );
    return { at, places: rows, open: await openPoints(client, at, EVERYWHERE) };
  });
  if (begun === null) return;
  const { at, places } = begun;
  let pending = begun.open;
  for (let from = 0; from < places.length; from += SEGMENTS_AT_ONCE) {
    await addSegments(database, at, places.slice(from, from + SEGMENTS_AT_ONCE), pending);
    const next = places[from + SEGMENTS_AT_ONCE];
    const ready = next ? pending.filter((point) => isBefore(point, next)) : pending;
    if (next) pending = pending.filter((point) => !isBefore(point, next));
    else pending = [];
    if (ready.length > 0) yield seriesPoints(ready);
  }
  if (pending.length > 0) yield seriesPoints(pending);
}

/** Segments come by their first step: nothing that is still to come lies before it. */
const isBefore = (point: StoredPoint, next: Place): boolean =>
  point.attempt < next.attempt || (point.attempt === next.attempt && point.step < next.step_from);

async function addSegments(database: Database, at: KnownMetric, places: Place[], into: StoredPoint[]): Promise<void> {
  const rows = await database.query<{ attempt: number; data: Buffer }>(
    `select s.attempt, s.data from segments s
       join unnest($3::int[], $4::int[]) as place(attempt, seq_from) using (attempt, seq_from)
      where s.run_ref = $1 and s.metric = $2`,
    [at.ref, at.metric, places.map(({ attempt }) => attempt), places.map(({ seq_from }) => seq_from)],
  );
  for (const { attempt, data } of rows) unpack(attempt, data, EVERYWHERE, into);
}

const seriesPoints = (points: StoredPoint[]): SeriesPoint[] =>
  inPlace(points).map(({ attempt, step, time, value }) => ({ attempt, step, time, value }));
