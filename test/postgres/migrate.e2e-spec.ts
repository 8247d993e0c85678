// A database is brought to the schema once, whole, by whoever comes first; one that is not ours to touch is named as such.
import pg from 'pg';
import { migrate, readMigrations } from '../../src/outbound/postgres/migrate.js';
import { emptyDatabase } from './test-database.js';

const names = readMigrations().map(({ name }) => name);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

it('applies all migrations once and keeps them in the table that Prisma reads', async () => {
  const url = await emptyDatabase();
  expect(await migrate(url)).toEqual(names);
  expect(await migrate(url)).toEqual([]);
  const sql =
    'select migration_name, finished_at is not null as done, length(checksum) as checksum from _prisma_migrations';
  expect(await query(url, sql)).toEqual(names.map((name) => ({ migration_name: name, done: true, checksum: 64 })));
});

it('lets instances that start together wait for each other', async () => {
  const url = await emptyDatabase();
  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));
  expect(applied.filter((some) => some.length > 0)).toEqual([names]);
});

it('leaves nothing behind where it is ended in the middle', async () => {
  const url = await emptyDatabase();
  // A table of the same name makes the migration fail half way.
  await query(url, 'create table deviations (id int)');
  await expect(migrate(url)).rejects.toMatchObject({ name: 'StoreError', retriable: false });
  await query(url, 'drop table deviations');
  expect(await migrate(url)).toEqual(names);
});

it('refuses a database that is newer, or that another tool left half-migrated, with the way out', async () => {
  const newer = await emptyDatabase();
  await migrate(newer);
  const insert = `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values`;
  await query(newer, `${insert} ('x', '', '99990101000000_future', now())`);
  await expect(migrate(newer)).rejects.toMatchObject({
    name: 'MigrationError',
    message: expect.stringContaining('99990101000000_future') as string,
    fix: expect.stringContaining('newer version') as string,
  });
  const half = await emptyDatabase();
  await migrate(half);
  await query(half, `${insert} ('x', '', '99990101000000_half', null)`);
  await expect(migrate(half)).rejects.toMatchObject({ name: 'MigrationError' });
});

it('says that the server cannot be reached, as something that may pass', async () => {
  await expect(migrate('postgresql://x:x@127.0.0.1:9/x')).rejects.toMatchObject({
    name: 'StoreError',
    retriable: true,
  });
});
