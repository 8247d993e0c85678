// Draws a metric over a range of steps as about so many buckets: from stored buckets where it is long, else from its points.
import type { ClientBase } from 'pg';
import type { SeriesBucket } from '../../../runs/run-reader.js';
import { bucket } from './buckets-of.js';
import type { KnownMetric } from './known-metric.js';
import { type StepRange, type StoredPoint, closedPoints, inPlace, openPoints } from './read-points.js';

export async function readSeries(
  client: ClientBase,
  at: KnownMetric,
  range: StepRange,
  points: number,
): Promise<SeriesBucket[]> {
  const open = await openPoints(client, at, range);
  // Half as many as asked for are drawn just as well, and spare unpacking tens of thousands of points.
  const enough = points / 2;
  let stored = await joinedBuckets(client, at, range, 1, points);
  if (stored.of < enough) stored = await joinedBuckets(client, at, range, 0, points);
  if (stored.of < enough) {
    const closed = stored.of === 0 ? [] : await closedPoints(client, at, range);
    const all = inPlace(closed.concat(open));
    if (stored.of === 0) return ofPoints(all, Math.ceil(all.length / points));
    if (closed.length > 0) {
      const expired = await expiredBuckets(client, at, range);
      return inOrder([...expired, ...ofPoints(all, Math.ceil(all.length / points))]);
    }
  }
  const { buckets } = stored;
  const rows = buckets.reduce((sum, { count }) => sum + count, 0);
  const size = Math.ceil((Math.ceil(stored.of / points) * rows) / stored.of);
  return inOrder(buckets.concat(ofPoints(inPlace(open), size)));
}

const inOrder = (buckets: SeriesBucket[]): SeriesBucket[] =>
  buckets.sort((a, b) => a.attempt - b.attempt || a.stepFrom - b.stepFrom);

interface Joined {
  buckets: SeriesBucket[];
  /** So many stored ones are in them. */
  of: number;
}

/**
 * Stored buckets, so many neighbours in one that no more than about `points` remain. Means beyond 1e300 are left out of the
 * weighting, which would overflow; the extremes tell of them. One statement counts and joins, and each connection plans it
 * once: a page asks for it all the time.
 */
async function joinedBuckets(
  client: ClientBase,
  at: KnownMetric,
  range: StepRange,
  level: number,
  points: number,
): Promise<Joined> {
  const { rows } = await client.query<SeriesBucket & { of: number }>({
    name: 'joined-buckets',
    text: `select attempt, min(step_from)::float8 as "stepFrom", max(step_to)::float8 as "stepTo",
            min(time_from) as "timeFrom", max(time_to) as "timeTo",
            sum(count)::int as count, sum(nonfinite)::int as nonfinite, min(min) as min, max(max) as max,
            coalesce(sum(mean * (count - nonfinite)) filter (where abs(mean) < 1e300)
              / nullif(sum(count - nonfinite) filter (where abs(mean) < 1e300), 0), max(mean)) as mean,
            min(of)::int as of
       from (select *, (place - 1) / ceil(of::float8 / $6)::int as joined
               from (select *, count(*) over () as of,
                            row_number() over (partition by attempt order by step_from, seq_from) as place
                       from buckets
                      where run_ref = $1 and metric = $2 and level = $5 and step_to >= $3 and step_from <= $4) as placed
            ) as numbered
      group by attempt, joined`,
    values: [at.ref, at.metric, range.from, range.to, level, points],
  });
  return { buckets: rows.map(({ of: _, ...bucket }) => bucket), of: rows[0]?.of ?? 0 };
}

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

/** Points in their places, so many neighbours of one attempt in a bucket. */
function ofPoints(points: readonly StoredPoint[], size: number): SeriesBucket[] {
  const buckets: SeriesBucket[] = [];
  const columns = {
    steps: Float64Array.from(points, ({ step }) => step),
    times: Float64Array.from(points, ({ time }) => time),
    values: Float64Array.from(points, ({ value }) => value),
  };
  for (let from = 0; from < points.length;) {
    const { attempt } = points[from]!;
    let to = from + 1;
    while (to < points.length && to - from < size && points[to]!.attempt === attempt) to++;
    buckets.push({ attempt, ...bucket(columns, from, to) });
    from = to;
  }
  return buckets;
}
