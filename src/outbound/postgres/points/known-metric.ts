// Finds a metric of a run: the key that its rows are stored under.
import type { ClientBase } from 'pg';

export interface KnownMetric {
  ref: number;
  /** Index in the run's metric names, -1 where the run has no such metric. */
  metric: number;
  lastSeq: number;
}

/** Null where there is no such run. */
export async function findMetric(client: ClientBase, id: string, name: string): Promise<KnownMetric | null> {
  const { rows } = await client.query<KnownMetric>({
    name: 'find-metric',
    text: `select ref, coalesce(array_position(metric_names, $2), 0) - 1 as metric, last_seq as "lastSeq"
             from runs where id = $1`,
    values: [id, name],
  });
  return rows[0] ?? null;
}
