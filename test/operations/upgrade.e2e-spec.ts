// An upgrade from every schema that there ever was, with a real run in it: all is as it was before, and goes on.
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { readMigrations } from '../../src/outbound/postgres/migrate.js';
import { type TestService, testService } from '../http/test-service.js';
import { emptyDatabase } from '../postgres/test-database.js';
import { sweepRun } from '../web/sweep-run.js';

jest.setTimeout(180_000);

const migrations = readMigrations();
const RUN = '35k-2m-t01';
const UP_TO = 1_200;

let filled: string;
let before: unknown;
let rest: unknown[];
beforeAll(async () => {
  const { announcement, records } = await sweepRun(RUN);
  rest = records.slice(UP_TO);
  filled = await emptyDatabase();
  const service = await testService({ DATABASE_URL: filled });
  await service.call('POST', '/v1/runs', announcement);
  await service.call('POST', '/v1/metrics', records.slice(0, UP_TO));
  before = await all(service);
  await service.stop();
});

/** What a user sees of the run. */
async function all(service: TestService): Promise<unknown> {
  const paths = ['', '/points?metric=loss', '/series?metric=loss', '/band?metric=loss', '/context', '/forecasts'];
  const seen = await Promise.all(paths.map((path) => service.call('GET', `/v1/runs/${RUN}${path}`)));
  const deviations = await service.call('GET', `/v1/deviations?run=${RUN}`);
  expect(deviations.json.items.length).toBeGreaterThan(0);
  return [...seen, deviations].map(({ status, text }) => [status, text]);
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database as the first `count` migrations left it, with all rows of `filled` that it has room for. */
async function databaseOf(count: number): Promise<string> {
  const url = await emptyDatabase();
  const tables = await connected(url, async (client) => {
    await client.query(`create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null,
      finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
      started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`);
    for (const { name, sql } of migrations.slice(0, count)) {
      await client.query(sql);
      await client.query(
        'insert into _prisma_migrations (id, checksum, finished_at, migration_name) values ($1, $2, now(), $3)',
        [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
      );
    }
    const { rows } = await client.query<{ table: string }>(
      `select table_name as table from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> '_prisma_migrations'`,
    );
    return rows.map(({ table }) => table);
  });
  const rowsOf = await connected(filled, async (client) => {
    const found = new Map<string, string>();
    const { rows: there } = await client.query<{ table: string }>(
      `select table_name as table from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const table of tables.filter((one) => there.some(({ table: other }) => other === one))) {
      const { rows } = await client.query<{ all: string }>(
        `select coalesce(json_agg(t), '[]')::text as all from ${table} t`,
      );
      found.set(table, rows[0]!.all);
    }
    return found;
  });
  await connected(url, async (client) => {
    // Rows come in any order.
    await client.query('set session_replication_role = replica');
    for (const [table, rows] of rowsOf)
      await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`, [
        rows,
      ]);
    await client.query(`select setval(pg_get_serial_sequence('runs', 'ref'), (select max(ref) from runs))`);
    await client.query(
      `select setval(pg_get_serial_sequence('context_entries', 'ord'), (select max(ord) from context_entries))`,
    );
  });
  return url;
}

it.each(migrations.slice(0, -1).map(({ name }, index) => [name, index + 1] as const))('from %s', async (_, count) => {
  const service = await testService({ DATABASE_URL: await databaseOf(count) });
  try {
    expect(await all(service)).toEqual(before);
    expect(await service.call('POST', '/v1/metrics', rest)).toMatchObject({ status: 202, json: { rejected: [] } });
    expect((await service.call('GET', `/v1/runs/${RUN}`)).json.records).toBe(UP_TO + rest.length);
  } finally {
    await service.stop();
  }
});
