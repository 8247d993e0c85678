// Deletes segments whose points are too old, run by run; their buckets go on being drawn.
import { type ExpiredPoints, PointRetention } from '../../watch/point-retention.js';
import type { Database } from './database.js';

export class PostgresPointRetention extends PointRetention {
  constructor(private readonly database: Database) {
    super();
  }

  override async expire(before: number): Promise<ExpiredPoints> {
    const old = await this.database.query<{ ref: number }>(
      `select ref from runs r
        where created_at < to_timestamp($1::float8 / 1000) and first_time < $1
          and exists (select from segments s where s.run_ref = r.ref)`,
      [before],
    );
    const gone: ExpiredPoints = { points: 0, bytes: 0 };
    // One run a statement: none of them holds locks for long, and a stop in between loses nothing.
    for (const { ref } of old) {
      const { points, bytes } = await this.expireRun(ref, before);
      gone.points += points;
      gone.bytes += bytes;
    }
    return gone;
  }

  /** A segment's times are those of its coarse buckets: the rows themselves are packed. */
  private async expireRun(ref: number, before: number): Promise<ExpiredPoints> {
    const rows = await this.database.query<ExpiredPoints>(
      `with gone as (
         delete from segments s
          where s.run_ref = $1
            and (select max(b.time_to) from buckets b
                  where b.run_ref = s.run_ref and b.metric = s.metric and b.level = 1 and b.attempt = s.attempt
                    and b.seq_from between s.seq_from and s.seq_to) < $2
         returning s.rows, length(s.data) as bytes)
       select coalesce(sum(rows), 0)::float8 as points, coalesce(sum(bytes), 0)::float8 as bytes from gone`,
      [ref, before],
    );
    return rows[0]!;
  }
}
