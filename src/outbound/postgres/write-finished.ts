// Stores what a finished run leaves for others to lean on, in the transaction of its last records.
import type { ClientBase } from 'pg';
import { toJsonText } from './exact-json.js';
import type { KeyedChange } from './keyed-change.js';

/** Of a run whose last records come in several batches the last word stands. */
export async function writeFinished(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const all = changes.flatMap(({ ref, change }) => change.finished.map((one) => ({ ref, ...one })));
  if (all.length === 0) return;
  await client.query(
    `insert into finished_runs (run_ref, metric, summary, curve)
     select * from unnest($1::int[], $2::text[], $3::json[], $4::json[])
         on conflict (run_ref, metric) do update set summary = excluded.summary, curve = excluded.curve`,
    [
      all.map(({ ref }) => ref),
      all.map(({ metric }) => metric),
      all.map(({ finished: { fit, scores } }) => toJsonText({ fit, scores })),
      all.map(({ finished }) => toJsonText(finished.curve)),
    ],
  );
}
