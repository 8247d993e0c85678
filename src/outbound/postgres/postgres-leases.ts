// Leases as rows: compared and set by the database's clock, so that instances' clocks need not agree.
import { Leases } from '../../alerting/leases.js';
import type { Database } from './database.js';

export class PostgresLeases extends Leases {
  constructor(private readonly database: Database) {
    super();
  }

  override async take(name: string, holder: string, forMs: number): Promise<boolean> {
    const rows = await this.database.query(
      `insert into leases (name, holder, until) values ($1, $2, clock_timestamp() + make_interval(secs => $3 / 1000.0))
         on conflict (name) do update set holder = excluded.holder, until = excluded.until
          where leases.holder = excluded.holder or leases.until < clock_timestamp()
       returning name`,
      [name, holder, forMs],
    );
    return rows.length === 1;
  }

  override async release(name: string, holder: string): Promise<void> {
    await this.database.query('delete from leases where name = $1 and holder = $2', [name, holder]);
  }
}
