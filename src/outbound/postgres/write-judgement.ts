// Stores what the judgement of a batch left: snapshots, context, the band that was predicted, the newest forecasts.
import type { ClientBase } from 'pg';
import type { KeyedChange } from './keyed-change.js';
import type { Transaction } from './database.js';
import { toJsonText } from './exact-json.js';

/** By plain SQL: every batch has some of it, and to prepare Prisma's statements would cost more than judging the batch. */
export async function writeJudgement({ client }: Transaction, changes: readonly KeyedChange[]): Promise<void> {
  await writeStates(client, changes);
  await writeContext(client, changes);
  await writeKnots(client, changes);
  await writeForecasts(client, changes);
}

async function writeContext(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const entries = changes.flatMap(({ ref, change }) => change.context.map((entry) => ({ ref, entry })));
  if (entries.length === 0) return;
  await client.query(
    `insert into context_entries (run_ref, seq, entry)
     select * from unnest($1::int[], $2::int[], $3::json[])`,
    [
      entries.map(({ ref }) => ref),
      entries.map(({ entry }) => entry.seq),
      entries.map(({ entry }) => toJsonText(entry)),
    ],
  );
}

async function writeKnots(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const knots = changes.flatMap(({ ref, change }) => change.knots.map((knot) => ({ ref, ...knot })));
  if (knots.length === 0) return;
  await client.query(
    `insert into band_knots (run_ref, metric, attempt, step, expected, lower, upper)
     select * from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::float8[], $6::float8[], $7::float8[])
         on conflict do nothing`,
    [
      knots.map(({ ref }) => ref),
      knots.map(({ metric }) => metric),
      knots.map(({ attempt }) => attempt),
      knots.map(({ step }) => step),
      knots.map(({ expected }) => expected),
      knots.map(({ lower }) => lower),
      knots.map(({ upper }) => upper),
    ],
  );
}

/** Of several forecasts of a metric in one batch the last one stands. */
async function writeForecasts(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const all = changes.flatMap(({ ref, change }) => change.forecasts.map((forecast) => ({ ref, ...forecast })));
  if (all.length === 0) return;
  const newest = [...new Map(all.map((forecast) => [`${forecast.ref} ${forecast.metric}`, forecast])).values()];
  await client.query(
    `insert into forecasts (run_ref, metric, attempt, step, forecast)
     select * from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::json[])
         on conflict (run_ref, metric) do update
        set attempt = excluded.attempt, step = excluded.step, forecast = excluded.forecast`,
    [
      newest.map(({ ref }) => ref),
      newest.map(({ metric }) => metric),
      newest.map(({ attempt }) => attempt),
      newest.map(({ step }) => step),
      newest.map(({ forecast }) => toJsonText(forecast)),
    ],
  );
}

/** Kilobytes of bytes a run with each closed stretch, which the driver sends as they are. */
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
