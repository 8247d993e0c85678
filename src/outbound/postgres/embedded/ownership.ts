// Which service a running server belongs to: the one that holds an advisory lock in it. It ends with its connection.
import pg from 'pg';
import { DATABASE_USER, readPassword } from './data-folder.js';

const LOCK = [0x6f666663, 0x75727665];
const CONNECT_MS = 5_000;

/** `closed`: nobody can be asked, since the server starts, stops, or does not answer. */
export type Owner = 'free' | 'taken' | 'closed';

export const serverUrl = (folder: string, port: number, database: string): string =>
  `postgresql://${DATABASE_USER}:${readPassword(folder)}@127.0.0.1:${port}/${database}`;

/** Holds the lock of a server until released. */
export class Ownership {
  private constructor(private readonly client: pg.Client) {}

  /** Whether another service owns the server on this port, if it is one that works on this folder. */
  static async look(folder: string, port: number): Promise<Owner> {
    const owner = await Ownership.take(folder, port);
    if (!(owner instanceof Ownership)) return owner;
    await owner.release();
    return 'free';
  }

  static async take(folder: string, port: number): Promise<Ownership | 'taken' | 'closed'> {
    const client = await connect(serverUrl(folder, port, 'postgres'));
    if (client === null) return 'closed';
    try {
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', LOCK);
      if (rows[0]!.locked) return new Ownership(client);
    } catch {
      await client.end().catch(() => undefined);
      return 'closed';
    }
    await client.end();
    return 'taken';
  }

  async createDatabase(name: string): Promise<void> {
    const { rowCount } = await this.client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await this.client.query(`create database ${this.client.escapeIdentifier(name)}`);
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function connect(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'offcurve owner',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  // A server that ends is noticed by whoever watches its process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch {
    return null;
  }
}
