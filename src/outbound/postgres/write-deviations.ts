// Stores deviations as a batch left them, and every version that they went through.
import type { Deviation, DeviationChange } from '../../alerting/deviation.js';
import type { RunChange } from '../../watch/watch-store.js';
import { deviationDocument, deviationRow } from './deviation-row.js';
import type { Prisma } from './prisma-client/client.js';

export async function writeDeviations(
  prisma: Prisma.TransactionClient,
  runs: readonly RunChange[],
  at: number,
): Promise<void> {
  const changes = runs.flatMap(({ deviations }) => deviations);
  if (changes.length === 0) return;
  const newest = new Map<string, Deviation>(changes.map(({ deviation }) => [deviation.id, deviation]));
  for (const deviation of newest.values()) {
    const row = deviationRow(deviation);
    await prisma.deviation.upsert({ where: { id: deviation.id }, create: row, update: row });
  }
  await prisma.deviationStep.createMany({ data: changes.map((change) => stepRow(change, at)), skipDuplicates: true });
}

function stepRow({ type, deviation, decision }: DeviationChange, at: number): Prisma.DeviationStepCreateManyInput {
  const { id, version } = deviation;
  return {
    deviationId: id,
    version,
    type,
    at,
    actor: null,
    document: deviationDocument(deviation),
    decision: decision as Prisma.InputJsonValue | undefined,
  };
}
