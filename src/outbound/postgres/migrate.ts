// Brings a database to the schema of this version: each migration whole or not at all, by one instance at a time.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { packageFolder } from './package-folder.js';
import { StoreError } from '../../runs/store-error.js';
import { toStoreError } from './to-store-error.js';

/** Any number will do, as long as all instances take the same. */
const LOCK = 0x6f66666d;
const OLDEST_SERVER = 130_000;

/** Prisma's own table, as its engine makes it: `prisma migrate` goes on from where we are. */
const BOOKKEEPING = `
create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/** Somebody listens and says nothing: a start must not wait for ever. */
const CONNECT_MS = 10_000;

/** A database that this version cannot work with; `fix` says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/**
 * Applies the migrations that the database lacks, in one transaction: a start that is killed in the middle leaves nothing
 * behind. Instances that start together wait for each other.
 *
 * @returns the names of those applied now.
 * @throws MigrationError where the database is newer than this version, too old a server, or left half-migrated by another tool.
 */
export async function migrate(url: string): Promise<string[]> {
  let client: pg.Client | undefined;
  try {
    // It reads the files that the address names.
    client = new pg.Client({
      ...{ connectionString: url, application_name: 'offcurve migrations' },
      connectionTimeoutMillis: CONNECT_MS,
    });
    client.on('error', () => undefined);
    await client.connect().catch(inWords);
    await checkServer(client);
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(BOOKKEEPING);
    const applied = await applyMissing(client);
    await client.query('commit');
    return applied;
  } catch (error) {
    throw error instanceof MigrationError ? error : toStoreError(error);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name`,
  );
  if (rows[0]!.version < OLDEST_SERVER)
    throw new MigrationError(`the database runs on PostgreSQL ${rows[0]!.name}`, 'use PostgreSQL 13 or newer');
}

async function applyMissing(client: pg.Client): Promise<string[]> {
  const migrations = readMigrations();
  const { rows } = await client.query<{ name: string; finished: boolean }>(
    `select migration_name as name, finished_at is not null as finished
       from _prisma_migrations where rolled_back_at is null`,
  );
  const unfinished = rows.find(({ finished }) => !finished);
  if (unfinished)
    throw new MigrationError(
      `migration ${unfinished.name} was begun by another tool and not finished`,
      'finish it with prisma migrate resolve, or restore the database',
    );
  const unknown = rows.find(({ name }) => !migrations.some((migration) => migration.name === name));
  if (unknown)
    throw new MigrationError(
      `the database is newer than this version of offcurve (it has the migration ${unknown.name})`,
      'start the newer version, or use another database',
    );
  const done = new Set(rows.map(({ name }) => name));
  const missing = migrations.filter(({ name }) => !done.has(name));
  for (const { name, sql } of missing) await apply(client, name, sql);
  return missing.map(({ name }) => name);
}

async function apply(client: pg.Client, name: string, sql: string): Promise<void> {
  await client.query(sql);
  await client.query(
    `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
  );
}

/** All migrations of this version, oldest first. */
export function readMigrations(): { name: string; sql: string }[] {
  const folder = join(packageFolder(), 'prisma', 'migrations');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** pg gives no code for it. */
function inWords(error: Error): never {
  if (error.message !== 'timeout expired') throw error;
  throw new StoreError(`the database: no answer within ${CONNECT_MS / 1000} s`, true, { cause: error });
}
