// Cuts connections to a server that vanished without a word once another one answers at its address.
import type { Socket } from 'node:net';
import pg from 'pg';

const EVERY_MS = 2_500;
/** Whoever waits for an answer for so long asks whether there is still anybody to give it. */
const SILENT_MS = 10_000;
const ASK_MS = 5_000;

/** Tells one server from the next at the same address; poolers in between have no word of their own for it. */
const WHICH = 'select pg_postmaster_start_time()::text as server';

interface Watched {
  server: string;
  busy: boolean;
  bytes: number;
  /** When (ms) something was last heard on it while it was busy. */
  heardAt: number;
}

export interface LostServersParts {
  url: string;
  clock: () => number;
}

/**
 * TCP waits a quarter of an hour for a machine that is gone, and a failover takes seconds. A slow statement is none: the
 * server that is asked is then the same.
 */
export class LostServers {
  private readonly watched = new Map<pg.PoolClient, Watched>();
  private readonly timer: NodeJS.Timeout;
  private looking = false;

  constructor(
    pool: pg.Pool,
    private readonly parts: LostServersParts,
  ) {
    pool.on('acquire', (client) => this.mark(client, true));
    pool.on('release', (_error, client) => this.mark(client, false));
    pool.on('remove', (client) => this.watched.delete(client));
    this.timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  /** To be awaited before a new connection is used. */
  async add(client: pg.PoolClient): Promise<void> {
    const { rows } = await client.query<{ server: string }>(WHICH);
    const { server } = rows[0]!;
    this.watched.set(client, { server, busy: false, bytes: 0, heardAt: this.parts.clock() });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private mark(client: pg.PoolClient, busy: boolean): void {
    const of = this.watched.get(client);
    if (of) Object.assign(of, { busy, heardAt: this.parts.clock() });
  }

  private async look(): Promise<void> {
    if (this.looking || !this.anySilent()) return;
    this.looking = true;
    try {
      const server = await this.whoAnswers();
      const now = this.parts.clock();
      for (const [client, of] of this.watched)
        if (of.server !== server && (!of.busy || now - of.heardAt > SILENT_MS))
          streamOf(client).destroy(new Error('Connection terminated: another server answers at the address'));
    } catch {
      // Nobody does: there is nothing better to wait for.
    } finally {
      this.looking = false;
    }
  }

  private anySilent(): boolean {
    const now = this.parts.clock();
    let silent = false;
    for (const [client, of] of this.watched) {
      const { bytesRead: bytes } = streamOf(client);
      if (!of.busy || bytes !== of.bytes) Object.assign(of, { bytes, heardAt: now });
      else if (now - of.heardAt > SILENT_MS) silent = true;
    }
    return silent;
  }

  private async whoAnswers(): Promise<string> {
    const client = new pg.Client({
      ...{ connectionString: this.parts.url, application_name: 'offcurve' },
      ...{ connectionTimeoutMillis: ASK_MS, query_timeout: ASK_MS },
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<{ server: string }>(WHICH)).rows[0]!.server;
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}

/** pg's own socket, which its types leave out. */
const streamOf = (client: pg.PoolClient) => (client as unknown as { connection: { stream: Socket } }).connection.stream;
