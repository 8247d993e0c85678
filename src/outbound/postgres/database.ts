// The way into Postgres: Prisma and plain pg on one pool, and transactions in which both write.
import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { LostServers } from './lost-servers.js';
import { type Prisma, PrismaClient } from './prisma-client/client.js';
import { type SlowQueryWatch, watchSlowQueries } from './slow-queries.js';
import { storing } from './to-store-error.js';

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  connections?: number;
  /** Absent: slow statements are not told of. */
  slow?: SlowQueryWatch;
}

const CONNECTIONS = 8;
const CONNECT_MS = 10_000;
/** A batch may wait for another instance's that holds the same runs. */
const TRANSACTION_MS = 120_000;
const PING_MS = 2_000;
/** An instance that hangs inside a transaction would hold the rows that others need: Postgres ends it after this long. */
const IDLE_IN_TRANSACTION_MS = 20_000;

/** What a transaction writes with: entities by Prisma, points by the connection that it runs on. */
export interface Transaction {
  prisma: Prisma.TransactionClient;
  client: pg.PoolClient;
}

/**
 * Prisma's adapter takes one connection from the pool for each transaction; the one taken in the asynchronous context of
 * `transaction` is remembered, so that COPY can run inside Prisma's transaction.
 */
class SharedPool extends pg.Pool {
  readonly taking = new AsyncLocalStorage<{ client: pg.PoolClient | null }>();

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    if (callback) return super.connect(callback);
    const place = this.taking.getStore();
    return super.connect().then((client) => {
      if (place) place.client = client;
      return client;
    });
  }
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0];

export class Database {
  readonly prisma: PrismaClient;
  private readonly pool: SharedPool;
  private readonly lostServers: LostServers;

  constructor({ url, connections = CONNECTIONS, slow }: DatabaseOptions) {
    this.pool = new SharedPool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'offcurve',
      // As a statement, not as an option at the start: poolers between us and Postgres refuse options. The pool waits for it.
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- awaited by the pool, whatever its types say
      onConnect: async (client) => {
        await client.query(`set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`);
        await this.lostServers.add(client as pg.PoolClient);
      },
    });
    this.lostServers = new LostServers(this.pool, { url, clock: Date.now });
    // A connection that breaks while nobody waits for it would end the process: its next query says so.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    if (slow) this.pool.on('connect', (client) => watchSlowQueries(client as pg.PoolClient, this.pool, slow));
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  /** Commits what `work` writes, or nothing where it throws; what it throws comes out as it is. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const place: { client: pg.PoolClient | null } = { client: null };
    return this.pool.taking.run(place, async () =>
      this.prisma.$transaction((prisma) => work({ prisma, client: place.client! }), {
        maxWait: TRANSACTION_MS,
        timeout: TRANSACTION_MS,
      }),
    );
  }

  /** Reads one state of the database, however many queries it takes: by Prisma. */
  snapshot<T>(work: (prisma: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    const patience = { maxWait: TRANSACTION_MS, timeout: TRANSACTION_MS };
    return this.prisma.$transaction(work, { isolationLevel: 'RepeatableRead', ...patience });
  }

  /** The same by pg. */
  async reading<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return storing(async () => {
      const client = await this.pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('begin isolation level repeatable read read only');
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((lost: Error) => (broken = lost));
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  /** One statement of its own. */
  async query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return storing(async () => (await this.pool.query<Row>(sql, [...parameters])).rows);
  }

  /** For readiness: whether the database answers, and how the pool stands. */
  async health(): Promise<{
    answers: boolean;
    error: string | null;
    connections: number;
    idle: number;
    waiting: number;
  }> {
    const { totalCount: connections, idleCount: idle, waitingCount: waiting } = this.pool;
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      patience = setTimeout(() => reject(new Error(`no answer within ${PING_MS} ms`)), PING_MS);
    });
    try {
      await Promise.race([this.pool.query('select 1'), late]);
      return { answers: true, error: null, connections, idle, waiting };
    } catch (error) {
      return { answers: false, error: (error as Error).message, connections, idle, waiting };
    } finally {
      clearTimeout(patience);
    }
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
    this.lostServers.stop();
  }
}
