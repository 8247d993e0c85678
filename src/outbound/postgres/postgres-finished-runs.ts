// What is kept of finished runs, read for those that lean on them.
import type { FinishedRun } from '../../forecast/finished-run.js';
import { type Asker, FinishedRuns } from '../../forecast/leaning/finished-runs.js';
import type { OwnRun } from '../../forecast/leaning/leaning-on.js';
import type { Database } from './database.js';
import { fromJson } from './exact-json.js';

/** Runs of the asker's family; of its project where it has no family. */
const NEAR = `(r.family = $3 or ($3::text is null and $4::text is not null and r.family is null and r.project = $4))`;

export class PostgresFinishedRuns extends FinishedRuns {
  constructor(private readonly database: Database) {
    super();
  }

  override async ofFamily({ id, family, project }: Asker, metric: string, most: number): Promise<FinishedRun[]> {
    const rows = await this.database.query<{ summary: unknown; curve: unknown }>(
      `select f.summary, f.curve from finished_runs f join runs r on r.ref = f.run_ref
        where f.metric = $2 and r.id <> $1 and ${NEAR} order by f.run_ref desc limit $5`,
      [id, metric, family, project, most],
    );
    return rows.map(({ summary, curve }) => ({
      ...(fromJson(summary) as OwnRun),
      curve: fromJson(curve) as FinishedRun['curve'],
    }));
  }

  override async others({ id, family, project }: Asker, metric: string, most: number): Promise<OwnRun[]> {
    const rows = await this.database.query<{ summary: unknown }>(
      `select f.summary from finished_runs f join runs r on r.ref = f.run_ref
        where f.metric = $2 and r.id <> $1 and ${NEAR} is not true order by f.run_ref desc limit $5`,
      [id, metric, family, project, most],
    );
    return rows.map(({ summary }) => fromJson(summary) as OwnRun);
  }
}
