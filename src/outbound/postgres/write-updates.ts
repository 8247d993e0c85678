// Writes what people or the clock change of deviations, each only where nobody else changed it since.
import type { DeviationUpdate } from '../../alerting/deviation-store.js';
import type { Transaction } from './database.js';
import { deviationDocument, deviationRow } from './deviation-row.js';
import type { Prisma } from './prisma-client/client.js';
import { writeMessages } from './write-messages.js';

/** Another change came first: the transaction is undone. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
}

/** @throws OvertakenError */
export async function writeUpdates(transaction: Transaction, updates: readonly DeviationUpdate[]): Promise<void> {
  const { prisma, client } = transaction;
  // The runs' rows first, as the watch takes them. Their versions move: a watch that holds one loads it again.
  const names = [...new Set(updates.flatMap(({ deviation }) => deviation.runs))];
  const runs = await client.query<{ ref: number }>(
    'select ref from runs where id = any($1) order by id for no key update',
    [names],
  );
  for (const update of updates) await writeUpdate(transaction, update);
  const refs = runs.rows.map(({ ref }) => ref);
  await client.query('update runs set version = version + 1 where ref = any($1)', [refs]);
  await writeMessages(
    prisma,
    updates.flatMap(({ messages }) => messages),
  );
}

async function writeUpdate({ prisma }: Transaction, update: DeviationUpdate): Promise<void> {
  const { deviation, fromVersion, type, actor, decision } = update;
  const row = deviationRow(deviation);
  const { count } =
    fromVersion === null
      ? await prisma.deviation.createMany({ data: [row], skipDuplicates: true })
      : await prisma.deviation.updateMany({ where: { id: deviation.id, version: fromVersion }, data: row });
  if (count === 0) throw new OvertakenError(deviation.id);
  await prisma.deviationStep.create({
    data: {
      ...{ deviationId: deviation.id, version: deviation.version, type, at: Date.now(), actor },
      document: deviationDocument(deviation),
      decision: decision as unknown as Prisma.InputJsonValue,
    },
  });
}
