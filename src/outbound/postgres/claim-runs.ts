// Takes the rows of a batch's runs for this transaction and advances them, or says which another writer has moved.
import type { ClientBase } from 'pg';
import type { RunChange } from '../../watch/watch-store.js';
import { RUN_COLUMNS, runColumns } from './run-row.js';

const COLUMNS = Object.keys(RUN_COLUMNS);
const RECORD = Object.entries({ ref: 'int', id: 'text', ...RUN_COLUMNS })
  .map(([name, type]) => `${name} ${type === 'json' ? 'text' : type}`)
  .join(', ');
const VALUES = new Map(
  Object.entries(RUN_COLUMNS).map(([name, type]) => [name, type === 'json' ? `x.${name}::json` : `x.${name}`]),
);
/** Null says that the batch leaves these as they were. */
const KEPT = new Set(['standings', 'waiting']);

const UPDATE = `update runs r set version = version + 1, ${COLUMNS.map((name) =>
  KEPT.has(name) ? `${name} = coalesce(${VALUES.get(name)}, r.${name})` : `${name} = ${VALUES.get(name)}`,
).join(', ')} from json_to_recordset($1) as x(${RECORD}) where r.ref = x.ref`;

const INSERT = `insert into runs (id, version, ${COLUMNS.join(', ')})
  select id, 1, ${[...VALUES.values()].join(', ')} from json_to_recordset($1) as x(${RECORD}) order by id
  on conflict (id) do nothing returning ref, id`;

interface Held {
  ref: number;
  id: string;
  version: number;
  last_seq: number;
  records: number;
}

/** The keys of the runs, and those runs that are not as the batch knew them. */
export async function claimRuns(
  client: ClientBase,
  changes: readonly RunChange[],
): Promise<{ refs: Map<string, number>; stale: string[] }> {
  const refs = new Map<string, number>();
  if (changes.length === 0) return { refs, stale: [] };
  const held = await hold(
    client,
    changes.map(({ header }) => header.id),
  );
  const stale = changes
    .filter(({ header }) => (held.get(header.id)?.version ?? 0) !== header.version)
    .map(({ header }) => header.id);
  if (stale.length > 0) return { refs, stale };
  for (const { id, ref } of held.values()) refs.set(id, ref);
  await updateHeld(client, changes, held);
  const fresh = changes.filter(({ header }) => !held.has(header.id));
  for (const { id, ref } of await insertFresh(client, fresh)) refs.set(id, ref);
  return { refs, stale: changes.map(({ header }) => header.id).filter((id) => !refs.has(id)) };
}

/** In the order of their names, so that two writers never wait for each other crosswise. */
async function hold(client: ClientBase, ids: string[]): Promise<Map<string, Held>> {
  const { rows } = await client.query<Held>(
    'select ref, id, version, last_seq, records from runs where id = any($1) order by id for no key update',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function updateHeld(
  client: ClientBase,
  changes: readonly RunChange[],
  held: ReadonlyMap<string, Held>,
): Promise<void> {
  const rows = changes.flatMap((change) => {
    const before = held.get(change.header.id);
    if (!before) return [];
    const columns = runColumns(change, { lastSeq: before.last_seq, records: before.records });
    return [{ ref: before.ref, ...columns }];
  });
  if (rows.length > 0) await client.query(UPDATE, [JSON.stringify(rows)]);
}

async function insertFresh(client: ClientBase, changes: readonly RunChange[]): Promise<{ ref: number; id: string }[]> {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => {
    const columns = runColumns(change, { lastSeq: 0, records: 0 });
    return { id: change.header.id, ...columns, standings: columns.standings ?? '{}', waiting: columns.waiting ?? '[]' };
  });
  return (await client.query<{ ref: number; id: string }>(INSERT, [JSON.stringify(rows)])).rows;
}
