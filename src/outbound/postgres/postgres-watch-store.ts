// Where the watch keeps what it knows: one transaction a batch.
import type { KnownPoint } from '../../runs/point-row.js';
import { type BatchChange, type CommitResult, type StoredRun, WatchStore } from '../../watch/watch-store.js';
import { StaleBatch, commitBatch } from './commit-batch.js';
import type { Database } from './database.js';
import { loadRuns } from './load-runs.js';
import { ClosedSteps } from './points/closed-steps.js';
import { toStoreError } from './to-store-error.js';

export class PostgresWatchStore extends WatchStore {
  private readonly closedSteps: ClosedSteps;

  constructor(private readonly database: Database) {
    super();
    this.closedSteps = new ClosedSteps(database);
  }

  override load(runIds: string[]): Promise<StoredRun[]> {
    this.closedSteps.forgetPlaces();
    return this.database.reading((client) => loadRuns(client, runIds));
  }

  override async commit(batch: BatchChange): Promise<CommitResult> {
    try {
      const refs = await this.database.transaction((transaction) => commitBatch(transaction, batch));
      return { status: 'committed', refs };
    } catch (error) {
      if (error instanceof StaleBatch) return error.result;
      throw toStoreError(error);
    } finally {
      this.closedSteps.forgetPlaces();
    }
  }

  override findClosed(ref: number, attempt: number, step: number): Promise<KnownPoint | null> {
    return this.closedSteps.find(ref, attempt, step);
  }

  override async offsets(cluster: string, topic: string): Promise<Map<number, bigint>> {
    const rows = await this.database.query<{ partition: number; next_offset: string }>(
      'select partition, next_offset from partition_offsets where cluster = $1 and topic = $2',
      [cluster, topic],
    );
    return new Map(rows.map(({ partition, next_offset }) => [partition, BigInt(next_offset)]));
  }
}
