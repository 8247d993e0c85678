// Sizes of the tables, and how much came in the last week.
import { StorageReader, type StorageUsage } from '../../runs/storage-usage.js';
import type { Database } from './database.js';

const WEEK_MS = 7 * 86_400_000;

export class PostgresStorageReader extends StorageReader {
  constructor(private readonly database: Database) {
    super();
  }

  override async read(now: number): Promise<StorageUsage> {
    const rows = await this.database.query<StorageUsage>(
      `select pg_database_size(current_database())::float8 as "databaseBytes",
              (pg_total_relation_size('points') + pg_total_relation_size('segments'))::float8 as "pointBytes",
              pg_total_relation_size('buckets')::float8 as "bucketBytes",
              count(*)::int as runs, coalesce(sum(records), 0)::float8 as records,
              coalesce(sum(records * case
                when last_arrival < $1::float8 then 0
                when born >= $1 or last_arrival <= born then 1
                else (last_arrival - $1) / (last_arrival - born) end), 0)::float8 as "recordsLastWeek"
         from (select records, last_arrival, extract(epoch from created_at)::float8 * 1000 as born from runs) as r`,
      [now - WEEK_MS],
    );
    return rows[0]!;
  }
}
