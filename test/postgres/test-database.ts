// A fresh database with the schema for one test file, in the Postgres that all tests share.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../src/outbound/postgres/database.js';
import { migrate } from '../../src/outbound/postgres/migrate.js';

export interface TestDatabase {
  url: string;
  database: Database;
  close(): Promise<void>;
}

/** The address of a new, empty database. */
export async function emptyDatabase(): Promise<string> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: run with the e2e project of jest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export async function testDatabase(): Promise<TestDatabase> {
  const url = await emptyDatabase();
  await migrate(url);
  const database = new Database({ url });
  return { url, database, close: () => database.close() };
}
