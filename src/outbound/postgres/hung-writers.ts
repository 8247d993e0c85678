// Ends connections of instances that hang in the middle of COPY while others wait for the rows that they hold.
import type { Database } from './database.js';

const EVERY_MS = 5_000;
/** Whoever feeds a COPY has its rows in memory: a server that waited for them for so long waits for a process that is stopped. */
const HUNG_MS = 20_000;

export interface HungWritersParts {
  database: Database;
  /** A connection was ended. */
  onEnded: (pid: number) => void;
}

/**
 * PostgreSQL's own time limits are kept for transactions that idle between statements; inside COPY it waits for its client
 * without end. Every instance looks; ended are only connections of this role and database that keep others waiting.
 */
export class HungWriters {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: HungWritersParts) {}

  start(): void {
    // A database that is away says so elsewhere.
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(() => undefined);
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  /** @param hungMs milliseconds of the statement from which its client counts as hung */
  async look(hungMs = HUNG_MS): Promise<void> {
    const ended = await this.parts.database.query<{ pid: number }>(
      `select pid from (
         select a.pid, pg_terminate_backend(a.pid) as ended
           from pg_stat_activity a
          where a.datname = current_database() and a.usename = current_user and a.application_name = 'offcurve'
            and a.state = 'active' and a.wait_event_type = 'Client'
            and a.query_start < clock_timestamp() - make_interval(secs => $1 / 1000.0)
            and exists (select from pg_locks l where not l.granted and a.pid = any(pg_blocking_pids(l.pid)))
       ) hung where ended`,
      [hungMs],
    );
    for (const { pid } of ended) this.parts.onEnded(pid);
  }
}
