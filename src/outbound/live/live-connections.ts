// The connections to Postgres by which instances pass on news to each other's pages: one listens, one speaks, in order.
import type { Socket } from 'node:net';
import pg from 'pg';

/** Table of what does not fit into a notification; the migrations make it. */
const TABLE = 'live_attachments';
/** Postgres takes notifications shorter than 8,000 bytes. */
const LONGEST_NOTIFICATION = 7_999;
const CONNECT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const ANSWER_MS = 10_000;
/** A connection that only listens would not notice that the server at its other end is gone. */
const ASK_EVERY_MS = 15_000;

export interface LiveConnectionsOptions {
  url: string;
  /** The listening connection was lost and stands again: what came meanwhile was not heard. */
  onMissed: () => void;
  onError: (error: unknown) => void;
}

/**
 * What socket.io's Postgres adapter takes for a pool. Its own use of one would lose a connection of it at each failure of
 * the database, and would send news over several connections, out of order.
 */
export class LiveConnections {
  private readonly speaking: pg.Pool;
  private readonly listening = new Set<pg.Client>();
  private waiting = 0;
  private heard = false;
  private closed = false;
  private readonly asking: NodeJS.Timeout;

  constructor(private readonly options: LiveConnectionsOptions) {
    this.asking = setInterval(() => this.askAll(), ASK_EVERY_MS).unref();
    this.speaking = new pg.Pool({ ...this.connection(), max: 1 });
    this.speaking.on('error', () => undefined);
  }

  /** For `createAdapter`. */
  get adapterOptions() {
    return {
      tableName: TABLE,
      payloadThreshold: LONGEST_NOTIFICATION,
      errorHandler: (error: unknown) => this.closed || this.options.onError(error),
    };
  }

  /** News that were handed over and are not sent yet. */
  get backlog(): number {
    return this.waiting;
  }

  /** A connection to listen on; the adapter asks for another one when it has ended. */
  async connect(): Promise<pg.Client & { release(): void }> {
    const client = new pg.Client(this.connection());
    client.on('error', () => undefined);
    client.once('end', () => this.listening.delete(client));
    await this.connected(client);
    this.listening.add(client);
    if (this.heard) this.options.onMissed();
    this.heard = true;
    return Object.assign(client, { release: () => void client.end() });
  }

  async query(sql: string, parameters: unknown[] = []): Promise<pg.QueryResult> {
    this.waiting++;
    try {
      return await this.speaking.query(sql, parameters);
    } finally {
      this.waiting--;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.asking);
    // Nothing is owed to them, and one whose server is gone would never end by itself.
    for (const client of this.listening) streamOf(client).destroy();
    await this.speaking.end();
  }

  /** Once all is closed there is no answer: to a refusal the adapter would ask again and again, and keep the process alive. */
  private async connected(client: pg.Client): Promise<void> {
    const never = new Promise<never>(() => undefined);
    if (this.closed) return never;
    try {
      await client.connect();
    } catch (error) {
      if (this.closed) return never;
      throw error;
    }
    if (!this.closed) return;
    await client.end();
    return never;
  }

  private askAll(): void {
    for (const client of this.listening) client.query('select 1').catch(() => streamOf(client).destroy());
  }

  private connection(): pg.ClientConfig {
    return {
      connectionString: this.options.url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'offcurve live',
    };
  }
}

/** pg's own socket, which its types leave out. */
const streamOf = (client: pg.Client) => (client as unknown as { connection: { stream: Socket } }).connection.stream;
