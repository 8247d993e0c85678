// Finds finished runs that a run may be compared with, and reads their losses.
import type { StepLosses } from '../../watch/packed-reference.js';
import { ReferenceFinder, type Seeker, type StepRange } from '../../watch/reference-finder.js';
import type { Database } from './database.js';
import { findMetric } from './points/known-metric.js';
import { columnsInPlace, columnsOfPoints, joinColumns } from './points/point-columns.js';
import { closedPoints, openPoints } from './points/read-points.js';

/** Finished runs that are looked through, the newest: their metadata is read one by one. */
const NEWEST = 1_000;
/** Kinds that leave a run's curve as it was; even a spike may leave a trace that its twin would be blamed for. */
const HARMLESS = ['silent', 'slow'];

export class PostgresReferenceFinder extends ReferenceFinder {
  constructor(private readonly database: Database) {
    super();
  }

  override async candidates({ id, metadata }: Seeker, most: number): Promise<string[]> {
    const {
      data_order: order = null,
      family = null,
      project = null,
      schedule,
      planned_steps: planned = null,
    } = metadata;
    const rows = await this.database.query<{ id: string }>(
      `select id from (
         select r.id, r.ref, r.family, r.project, r.metadata ->> 'data_order' as data_order,
                (r.metadata -> 'schedule')::jsonb as schedule, (r.metadata ->> 'planned_steps')::float8 as planned from runs r
          where r.status = 'finished' and r.id <> $1 order by r.ref desc limit $6) r
        where (data_order is null or $2::text is null or data_order = $2)
          and (data_order = $2 or family = $3 or project = $4
               or (family is null and $3::text is null and project is null and $4::text is null))
          and (schedule is null or $8::jsonb is null
               or (schedule = $8 and (schedule ->> 'kind' = 'constant' or planned is null or $9::float8 is null or planned = $9)))
          and not exists (select from deviations d
                           where d.run = r.id and not d.false_alarm and d.kind <> all ($7::text[]))
        order by (data_order = $2) desc nulls last, (family = $3) desc nulls last, ref desc limit $5`,
      [id, order, family, project, most, NEWEST, HARMLESS, schedule ? JSON.stringify(schedule) : null, planned],
    );
    return rows.map((row) => row.id);
  }

  override losses(run: string, metric: string, range: StepRange): Promise<StepLosses> {
    return this.database.reading(async (client) => {
      const at = await findMetric(client, run, metric);
      if (at === null || at.metric < 0) return { steps: [], losses: [] };
      const closed = await closedPoints(client, at, range);
      const open = columnsOfPoints(await openPoints(client, at, range));
      const { steps, values } = columnsInPlace(joinColumns([...closed, open]));
      // By attempt and step: of a step trained twice the last stands.
      const byStep = new Map<number, number>();
      values.forEach((value, index) => {
        if (value > 0 && value < Infinity) byStep.set(steps[index]!, value);
      });
      const rising = [...byStep].sort((a, b) => a[0] - b[0]);
      return { steps: rising.map(([step]) => step), losses: rising.map(([, value]) => value) };
    });
  }
}
