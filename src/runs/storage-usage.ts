// What the database holds, what a day adds, and what that comes to.

/** Bytes on disk, indexes included. */
export interface StorageUsage {
  databaseBytes: number;
  /** Single points: open rows and segments; they alone go when their days are over. */
  pointBytes: number;
  bucketBytes: number;
  runs: number;
  /** Records that were ever stored of the runs that are there. */
  records: number;
  /** Records that came in the last seven days, a run's records spread evenly over the time in which they came. */
  recordsLastWeek: number;
}

export interface StorageForecast {
  recordsPerDay: number;
  bytesPerRecord: number;
  bytesPerDay: number;
  in30Days: number;
  inAYear: number;
}

const WEEK_DAYS = 7;

/**
 * Sizes in bytes if the last week goes on: all that is stored of a record adds up, but single points only over the days
 * for which they are kept (`retentionDays`, null for ever).
 */
export function foretellStorage(usage: StorageUsage, retentionDays: number | null): StorageForecast {
  const { databaseBytes, pointBytes, bucketBytes, records, recordsLastWeek } = usage;
  const recordsPerDay = recordsLastWeek / WEEK_DAYS;
  const each = (bytes: number): number => (records === 0 ? 0 : bytes / records);
  const kept = each(bucketBytes) * recordsPerDay;
  const passing = each(pointBytes) * recordsPerDay;
  const after = (days: number): number => {
    const added = passing * days;
    const points = retentionDays === null ? pointBytes + added : Math.min(pointBytes + added, passing * retentionDays);
    return databaseBytes + kept * days + Math.max(points - pointBytes, -pointBytes);
  };
  return {
    recordsPerDay,
    bytesPerRecord: each(pointBytes + bucketBytes),
    bytesPerDay: kept + passing,
    in30Days: after(30),
    inAYear: after(365),
  };
}

export abstract class StorageReader {
  abstract read(now: number): Promise<StorageUsage>;
}
