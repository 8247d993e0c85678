// Two instances on one database, part by part: what one does the other does not do again, and what one leaves the other ends.
import { from as copyFrom } from 'pg-copy-streams';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { OutboxLoop } from '../../src/alerting/outbox-loop.js';
import type { PendingMessage } from '../../src/alerting/outbox-message.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import type { FamilyLaw } from '../../src/forecast/laws/family-law.js';
import { Database } from '../../src/outbound/postgres/database.js';
import { HungWriters } from '../../src/outbound/postgres/hung-writers.js';
import { PostgresLawStore } from '../../src/outbound/postgres/postgres-law-store.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { ClockWatch } from '../../src/watch/clock-watch.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { Ingest } from '../../src/watch/ingest.js';
import { CountingMeter, until } from '../kafka/kafka-service.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

const START = Date.parse('2026-11-25T12:00:00Z');
const MINUTE = 60_000;
let now = START;
let db: TestDatabase;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db?.close());

interface Instance {
  ingest: Ingest;
  clock: ClockWatch;
  database: Database;
}
const started: Instance[] = [];
afterEach(async () => {
  for (const { database } of started.splice(0)) await database.close();
});

/** The watch of one instance with connections of its own. */
function instance(): Instance {
  const database = new Database({ url: db.url });
  const ingest = new Ingest({
    store: new PostgresWatchStore(database),
    live: { push: () => undefined, deviation: () => undefined },
    meter: new CountingMeter(),
    policy: new AlertPolicy([{ channels: ['room'] }], { publicUrl: 'http://offcurve.test' }),
    settingsFor: () => settingsFor(10),
    nudge: () => undefined,
    clock: () => now,
  });
  const failed = (error: unknown): void => {
    throw error;
  };
  const clock = new ClockWatch(
    ingest,
    new PostgresRunReader(database),
    () => false,
    failed,
    () => now,
  );
  const one = { ingest, clock, database };
  started.push(one);
  return one;
}

/** Records ten seconds apart, the last one now. */
async function send({ ingest }: Instance, run: string, losses: readonly number[]): Promise<void> {
  const items = losses.map((loss, index): IncomingItem => {
    const time = now - 10_000 * (losses.length - 1 - index);
    return {
      ...{ kind: 'record', received: now, ignored: [] },
      record: { run, step: index + 1, time, attempt: null, metrics: { loss } },
    };
  });
  await ingest.ingest({ id: 'test', source: null, items });
}

const finish = ({ ingest }: Instance, run: string) =>
  ingest.ingest({
    ...{ id: 'test', source: null },
    items: [
      {
        ...{ kind: 'announcement', received: now, ignored: [] },
        announcement: { run, attempt: null, status: 'finished', time: null, metadata: {} },
      },
    ],
  });

const deviationsOf = (run: string) =>
  db.database.query<{ kind: string; status: string }>('select kind, status from deviations where run = $1', [run]);
const messagesOf = (run: string) =>
  db.database.query<{ id: string }>(
    'select o.id from outbox o join deviations d on d.id = o.deviation_id where d.run = $1',
    [run],
  );

it('both see a run fall silent: one deviation, told once', async () => {
  const [first, second] = [instance(), instance()];
  await send(
    first,
    'quiet',
    Array.from({ length: 50 }, () => 2),
  );
  now += 10 * MINUTE;
  await Promise.all([first.clock.look(), second.clock.look()]);
  await Promise.all([first.clock.look(), second.clock.look()]);
  expect(await deviationsOf('quiet')).toEqual([{ kind: 'silent', status: 'open' }]);
  expect(await messagesOf('quiet')).toHaveLength(1);
});

it('an instance that read the end of a run and is gone: the other ends what was open', async () => {
  const [first, second] = [instance(), instance()];
  // The other one has been at work before.
  await send(second, 'ended', [2, 2]);
  await second.clock.look();
  await send(first, 'ended', [2, 2, 2, NaN, NaN, NaN, NaN]);
  await finish(first, 'ended');
  expect(await deviationsOf('ended')).toEqual([{ kind: 'non-finite', status: 'open' }]);
  now += 2 * MINUTE;
  await second.clock.look();
  expect(await deviationsOf('ended')).toEqual([{ kind: 'non-finite', status: 'resolved' }]);
});

it('a slow channel: messages whose claim has run out meanwhile are left to the other instance, each sent once', async () => {
  const messages = await db.database.query<{ id: string }>(
    `insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, due_at)
       select 'slow/' || n || '/1', 'slow', n::text, 1, 'opened', '{}', 0, 0 from generate_series(1, 12) n returning id`,
  );
  let time = START;
  const sent: string[] = [];
  const events = { failed: () => undefined, stumbled: () => undefined };
  const loops = [1, 2].map(() => {
    const channel = {
      name: 'slow',
      // Fifty seconds by the loops' clock.
      send: async ({ id }: PendingMessage) => {
        sent.push(id);
        time += 50_000;
        await new Promise((resolve) => setImmediate(resolve));
        return { status: 'sent' as const };
      },
    };
    return new OutboxLoop({
      store: new PostgresOutboxStore(db.database),
      channels: [channel],
      events,
      clock: () => time,
    });
  });
  for (const loop of loops) loop.start();
  await until('all sent', async () => {
    const [row] = await db.database.query<{ n: number }>(
      `select count(*)::int as n from outbox where channel = 'slow' and state = 'pending'`,
    );
    // Whoever waits for a lease to end waits by this clock.
    time += 10_000;
    return row!.n === 0;
  });
  await Promise.all(loops.map((loop) => loop.stop()));
  expect(sent.toSorted()).toEqual(messages.map(({ id }) => id).sort());
});

it('both fit the same law: one version is kept, and one of them tells of it', async () => {
  const law = {
    ...{ family: 'f', metric: 'loss', version: 1, codeVersion: '1', digest: 'd', rows: [], createdAt: START },
    ...{ document: {}, changes: { summary: 'first' } },
  } as unknown as FamilyLaw;
  const [first, second] = [instance(), instance()];
  const added = await Promise.all([first, second].map(({ database }) => new PostgresLawStore(database).add(law)));
  expect(added.toSorted()).toEqual([false, true]);
});

it('an instance that hangs inside a transaction does not hold up the others for ever', async () => {
  const [first, second] = [instance(), instance()];
  const [{ value }] = (await first.database.query<{ value: string }>(
    `select setting as value from pg_settings where name = 'idle_in_transaction_session_timeout'`,
  )) as [{ value: string }];
  expect(Number(value)).toBeGreaterThan(0);
  await send(first, 'held', [2]);
  await first.database
    .transaction(async ({ client }) => {
      await client.query('set local idle_in_transaction_session_timeout = 500');
      await client.query(`select from runs where id = 'held' for no key update`);
      // The other one gets the row while this transaction still stands here.
      await send(second, 'held', [2, 2]);
    })
    .catch(() => undefined);
  const [row] = await second.database.query<{ records: number }>(`select records from runs where id = 'held'`);
  expect(row).toEqual({ records: 2 });
});

it('an instance that hangs in the middle of COPY is ended once another waits for it, and not before', async () => {
  const [first, second] = [instance(), instance()];
  await send(first, 'copied', [2]);
  const ended: number[] = [];
  const hung = new HungWriters({ database: second.database, onEnded: (pid) => ended.push(pid) });
  const lost = first.database.transaction(async ({ client }) => {
    await client.query(`select from runs where id = 'copied' for no key update`);
    const rows = client.query(copyFrom('copy points (run_ref, seq) from stdin'));
    rows.on('error', () => undefined);
    await until('the server waits for rows', async () => {
      const waiting = await second.database.query(
        `select from pg_stat_activity where query like 'copy points%' and wait_event_type = 'Client'
            and datname = current_database()`,
      );
      return waiting.length === 1;
    });
    await hung.look(0);
    expect(ended).toEqual([]);
    const sent = send(second, 'copied', [2, 2]);
    await until('the connection is ended', async () => {
      await hung.look(0);
      return ended.length > 0;
    });
    await sent;
  });
  await expect(lost).rejects.toThrow();
  expect(ended).toHaveLength(1);
  const [row] = await second.database.query<{ records: number }>(`select records from runs where id = 'copied'`);
  expect(row).toEqual({ records: 2 });
});
