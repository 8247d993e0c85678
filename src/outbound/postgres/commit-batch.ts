// Writes what one batch caused inside one transaction: fences first, then the points, then what follows from them.
import type { BatchChange, BatchSource, CommitResult } from '../../watch/watch-store.js';
import { advanceOffset } from './advance-offset.js';
import { claimRuns } from './claim-runs.js';
import type { Transaction } from './database.js';
import { writeDeviations } from './write-deviations.js';
import { writeFinished } from './write-finished.js';
import { writeMessages } from './write-messages.js';
import { writePoints } from './write-points.js';
import { writeJudgement } from './write-judgement.js';

/** Another writer was here; thrown so that the transaction is rolled back. */
export class StaleBatch extends Error {
  constructor(readonly result: Extract<CommitResult, { status: 'stale' }>) {
    super('another writer was quicker');
  }
}

/** @throws StaleBatch where the offset or a run was moved by another writer. */
export async function commitBatch(transaction: Transaction, batch: BatchChange): Promise<Map<string, number>> {
  const offset = await isOffsetStale(transaction, batch.source);
  const { refs, stale } = await claimRuns(transaction.client, batch.runs);
  if (offset || stale.length > 0) throw new StaleBatch({ status: 'stale', runs: stale, offset });
  const changes = batch.runs.map((change) => ({ ref: refs.get(change.header.id)!, change }));
  await writePoints(transaction.client, changes);
  await writeJudgement(transaction, changes);
  await writeFinished(transaction.client, changes);
  await writeDeviations(transaction.prisma, batch.runs, Date.now());
  await writeMessages(transaction.prisma, batch.messages);
  return refs;
}

async function isOffsetStale({ client }: Transaction, source: BatchSource | null): Promise<boolean> {
  return source !== null && !(await advanceOffset(client, source));
}
