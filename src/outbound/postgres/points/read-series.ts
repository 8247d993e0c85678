// Draws a metric over a range of steps as about so many buckets: from stored buckets where it is long, else from its points.
import type { ClientBase } from 'pg';
import type { SeriesBucket } from '../../../runs/run-reader.js';
import { joinBuckets } from './joined-buckets.js';
import type { KnownMetric } from './known-metric.js';
import { bucketsOfColumns, columnsInPlace, columnsOfPoints, joinColumns } from './point-columns.js';
import { closedPoints, openPoints } from './read-points.js';
import { storedBuckets } from './stored-buckets.js';
import type { StepRange } from './stored-point.js';

export async function readSeries(
  client: ClientBase,
  at: KnownMetric,
  range: StepRange,
  points: number,
): Promise<SeriesBucket[]> {
  const open = columnsOfPoints(await openPoints(client, at, range));
  // Half as many as asked for are drawn just as well, and spare unpacking tens of thousands of points.
  const enough = points / 2;
  let stored = await storedBuckets(client, at, range, 1);
  if (stored.count.length < enough) stored = await storedBuckets(client, at, range, 0);
  const of = stored.count.length;
  if (of < enough) {
    const closed = of === 0 ? [] : await closedPoints(client, at, range);
    const all = columnsInPlace(joinColumns([...closed, open]));
    const drawn = bucketsOfColumns(all, Math.ceil(all.steps.length / points));
    if (of === 0) return drawn;
    if (closed.length > 0) return inOrder([...(await expiredBuckets(client, at, range)), ...drawn]);
  }
  const rows = stored.count.reduce((sum, count) => sum + count, 0);
  const size = Math.ceil((Math.ceil(of / points) * rows) / of);
  return inOrder(joinBuckets(stored, points).concat(bucketsOfColumns(columnsInPlace(open), size)));
}

const inOrder = (buckets: SeriesBucket[]): SeriesBucket[] =>
  buckets.sort((a, b) => a.attempt - b.attempt || a.stepFrom - b.stepFrom);

/** Buckets whose single points are no longer kept. */
async function expiredBuckets(client: ClientBase, at: KnownMetric, range: StepRange): Promise<SeriesBucket[]> {
  const { rows } = await client.query<SeriesBucket>(
    `select attempt, step_from::float8 as "stepFrom", step_to::float8 as "stepTo", time_from as "timeFrom",
            time_to as "timeTo", count, nonfinite, min, max, mean
       from buckets b
      where run_ref = $1 and metric = $2 and level = 0 and step_to >= $3 and step_from <= $4
        and not exists (select from segments s where s.run_ref = b.run_ref and s.metric = b.metric
                           and s.attempt = b.attempt and b.seq_from between s.seq_from and s.seq_to)`,
    [at.ref, at.metric, range.from, range.to],
  );
  return rows;
}
