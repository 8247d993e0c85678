// Reads runs as they were last committed: all that the watch needs to go on, in one round of queries for many runs.
import type { ClientBase } from 'pg';
import type { ContextEntry } from '../../runs/context-entry.js';
import type { PointRow } from '../../runs/point-row.js';
import type { StoredRun } from '../../watch/watch-store.js';
import { deviationOf } from './deviation-row.js';
import { fromJson } from './exact-json.js';
import { RUN_ROW, type RunRow, storedRun } from './run-row.js';

export async function loadRuns(client: ClientBase, ids: readonly string[]): Promise<StoredRun[]> {
  const runs = new Map<number, StoredRun>();
  for (const row of await rowsOf<RunRow>(client, `select ${RUN_ROW} from runs where id = any($1)`, [ids]))
    runs.set(row.ref, storedRun(row));
  if (runs.size === 0) return [];
  const refs = [...runs.keys()];
  await addStates(client, refs, runs);
  for (const { run_ref, ...row } of await openRows(client, refs)) runs.get(run_ref)!.openRows.push(row);
  await addContext(client, refs, runs);
  await addDeviations(client, runs);
  return [...runs.values()];
}

async function addStates(client: ClientBase, refs: number[], runs: Map<number, StoredRun>): Promise<void> {
  const sql = 'select run_ref, seq, state from run_states where run_ref = any($1)';
  for (const { run_ref, seq, state } of await rowsOf<{ run_ref: number; seq: number; state: Buffer }>(client, sql, [
    refs,
  ]))
    runs.get(run_ref)!.snapshot = { seq, state };
}

/** Open rows of the runs, each run's by sequence number. */
export async function openRows(client: ClientBase, refs: number[]): Promise<(PointRow & { run_ref: number })[]> {
  const rows = await rowsOf<Omit<PointRow, 'values'> & { run_ref: number; values: string }>(
    client,
    `select run_ref, seq, attempt, step::float8 as step, time, late, values::text as values
       from points where run_ref = any($1) order by run_ref, seq`,
    [refs],
  );
  return rows.map((row) => ({ ...row, values: valuesOf(row.values) }));
}

/** From PostgreSQL's text of an array of numbers, which has no quotes in it; faster than the driver's general reader. */
function valuesOf(text: string): (number | null)[] {
  if (text === '{}') return [];
  return text
    .slice(1, -1)
    .split(',')
    .map((word) => (word === 'NULL' ? null : Number(word)));
}

async function addContext(client: ClientBase, refs: number[], runs: Map<number, StoredRun>): Promise<void> {
  const sql = `select c.run_ref, c.entry from context_entries c left join run_states s on s.run_ref = c.run_ref
     where c.run_ref = any($1) and (c.seq > coalesce(s.seq, 0) or c.entry ->> 'kind' in ('leaning', 'references'))
     order by c.run_ref, c.seq, c.ord`;
  for (const { run_ref, entry } of await rowsOf<{ run_ref: number; entry: unknown }>(client, sql, [refs]))
    runs.get(run_ref)!.context.push(fromJson(entry) as ContextEntry);
}

async function addDeviations(client: ClientBase, runs: Map<number, StoredRun>): Promise<void> {
  const byId = new Map([...runs.values()].map((run) => [run.header.id, run]));
  const sql = `select run, document from deviations where run = any($1) and status <> 'resolved' order by opened_at, id`;
  for (const { run, document } of await rowsOf<{ run: string; document: unknown }>(client, sql, [[...byId.keys()]]))
    byId.get(run)!.deviations.push(deviationOf(document));
}

async function rowsOf<Row extends object>(client: ClientBase, sql: string, parameters: unknown[]): Promise<Row[]> {
  return (await client.query<Row>(sql, parameters)).rows;
}
