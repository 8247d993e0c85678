// Deletes a run with all it has; whoever holds it in memory finds it gone at the next commit.
import type { Deviation } from '../../alerting/deviation.js';
import type { Transaction } from './database.js';
import { deviationDocument, deviationOf } from './deviation-row.js';

/** False where there is no such run. */
export async function removeRun({ prisma, client }: Transaction, id: string): Promise<boolean> {
  // First the run's own row, which every writer of the run takes: what it writes comes before this, or not at all.
  const { rows } = await client.query<{ ref: number }>('delete from runs where id = $1 returning ref', [id]);
  if (rows.length === 0) return false;
  for (const table of ['points', 'segments', 'buckets'])
    await client.query(`delete from ${table} where run_ref = $1`, [rows[0]!.ref]);
  await client.query(
    `delete from outbox where deviation_id in (select id from deviations where run = $1)
        or starts_with(deviation_id, $2) and substr(deviation_id, length($2) + 1) ~ '^[0-9]+$'`,
    [id, `history/${id}/`],
  );
  await prisma.deviation.deleteMany({ where: { run: id } });
  const shared = await prisma.deviation.findMany({ where: { run: null, runs: { has: id } } });
  for (const { document } of shared) {
    const deviation = deviationOf(document);
    const left: Deviation = { ...deviation, runs: deviation.runs.filter((run) => run !== id) };
    const data = { runs: left.runs, document: deviationDocument(left) };
    if (left.runs.length > 0) await prisma.deviation.update({ where: { id: left.id }, data });
    else await prisma.deviation.delete({ where: { id: left.id } });
  }
  return true;
}
