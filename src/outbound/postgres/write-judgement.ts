// Stores what the judgement of a batch left: snapshots, context, the band that was predicted, the newest forecasts.
import type { ClientBase } from 'pg';
import type { KeyedChange } from './keyed-change.js';
import type { Transaction } from './database.js';
import { toJson } from './exact-json.js';
import type { Prisma } from './prisma-client/client.js';

export async function writeJudgement({ prisma, client }: Transaction, changes: readonly KeyedChange[]): Promise<void> {
  await writeStates(client, changes);
  const context = changes.flatMap(({ ref, change }) =>
    change.context.map((entry) => ({ runRef: ref, seq: entry.seq, entry: toJson(entry) as Prisma.InputJsonValue })),
  );
  if (context.length > 0) await prisma.contextEntry.createMany({ data: context });
  const knots = changes.flatMap(({ ref, change }) => change.knots.map((knot) => ({ runRef: ref, ...knot })));
  if (knots.length > 0) await prisma.bandKnot.createMany({ data: knots, skipDuplicates: true });
  for (const { ref, change } of changes)
    for (const { metric, attempt, step, forecast } of change.forecasts) {
      const columns = { attempt, step, forecast: toJson(forecast) as Prisma.InputJsonValue };
      await prisma.forecast.upsert({
        where: { runRef_metric: { runRef: ref, metric } },
        create: { runRef: ref, metric, ...columns },
        update: columns,
      });
    }
}

/** By plain SQL: kilobytes of bytes a run with each closed stretch, which the driver sends as they are. */
async function writeStates(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const states = changes.filter(({ change }) => change.snapshot !== null);
  if (states.length === 0) return;
  const places = states.map((_, index) => `($${3 * index + 1}, $${3 * index + 2}, $${3 * index + 3})`);
  await client.query(
    `insert into run_states (run_ref, seq, state) values ${places.join(', ')}
       on conflict (run_ref) do update set seq = excluded.seq, state = excluded.state`,
    states.flatMap(({ ref, change: { snapshot } }) => [ref, snapshot!.seq, bufferOf(snapshot!.state)]),
  );
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
