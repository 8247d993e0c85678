// A run that stops sending is silent; a status ends it; records wake it up.
import { AlertPolicy } from '../../src/alerting/notify.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { ClockWatch } from '../../src/watch/clock-watch.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { IngestMeter } from '../../src/watch/ingest-meter.js';
import { Ingest } from '../../src/watch/ingest.js';
import { LivePush } from '../../src/watch/live-push.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

class Silent extends IngestMeter {
  override batch(): void {}
  override deadLetter(): void {}
  override lag(): void {}
  override gap(): void {}
}
class Nobody extends LivePush {
  override push(): void {}
  override deviation(): void {}
}

const START = Date.parse('2026-11-25T12:00:00Z');
const MINUTE = 60_000;
let now = START;
let lag = false;
let db: TestDatabase;
let ingest: Ingest;
let clock: ClockWatch;
let reader: PostgresRunReader;
let deviations: PostgresDeviationStore;

beforeAll(async () => {
  db = await testDatabase();
  reader = new PostgresRunReader(db.database);
  deviations = new PostgresDeviationStore(db.database);
  ingest = new Ingest({
    store: new PostgresWatchStore(db.database),
    live: new Nobody(),
    meter: new Silent(),
    policy: new AlertPolicy([{ channels: ['room'] }], { publicUrl: 'http://offcurve.test' }),
    settingsFor: () => settingsFor(10),
    nudge: () => undefined,
    clock: () => now,
  });
  const failed = (error: unknown): void => {
    throw error;
  };
  clock = new ClockWatch(
    ingest,
    reader,
    () => lag,
    failed,
    () => now,
  );
});
afterAll(() => db?.close());

/** Records ten seconds apart, the last one now. */
async function send(run: string, from: number, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index): IncomingItem => {
    const time = now - 10_000 * (count - 1 - index);
    const record = { run, step: from + index, time, attempt: null, metrics: { loss: 2 } };
    return { kind: 'record', record, received: now, ignored: [] };
  });
  await ingest.ingest({ id: 'test', source: null, items });
}
const say = (run: string, status: 'finished' | 'failed' | 'started', attempt: number | null = null) =>
  ingest.ingest({
    id: 'test',
    source: null,
    items: [
      {
        kind: 'announcement',
        announcement: { run, attempt, status, time: null, metadata: {} },
        received: now,
        ignored: [],
      },
    ],
  });
/** One record, sent at `sent` and read now. */
const one = (run: string, step: number, loss = 2, sent = now, attempt: number | null = null) => {
  const record = { run, step, time: null, attempt, metrics: { loss } };
  return ingest.ingest({ id: 'test', source: null, items: [{ kind: 'record', record, received: sent, ignored: [] }] });
};
const statusOf = async (run: string) => (await reader.find(run))!.status;
const of = async (run: string) =>
  (await deviations.list({ run, limit: 10 })).items.map(({ kind, status }) => [kind, status]);
async function lookAfter(ms: number): Promise<void> {
  now += ms;
  await clock.look();
}

it('is silent after twenty of its usual intervals, not before; its next record ends the silence', async () => {
  await send('quiet', 1, 50);
  await lookAfter(3 * MINUTE);
  expect(await of('quiet')).toEqual([]);
  await lookAfter(MINUTE);
  expect(await of('quiet')).toEqual([['silent', 'open']]);
  expect(await reader.find('quiet')).toMatchObject({ status: 'silent', openDeviations: 1 });
  await send('quiet', 51, 1);
  expect(await of('quiet')).toEqual([['silent', 'resolved']]);
  expect((await reader.find('quiet'))!.status).toBe('running');
});

it('is no silence while records wait to be read', async () => {
  await send('behind', 1, 50);
  lag = true;
  await lookAfter(30 * MINUTE);
  expect(await of('behind')).toEqual([]);
  lag = false;
  await send('behind', 51, 1);
  await lookAfter(MINUTE);
  expect(await of('behind')).toEqual([]);
});

it('is no silence after a status that ends the run, whatever the time', async () => {
  await send('done', 1, 50);
  await say('done', 'finished');
  await lookAfter(60 * MINUTE);
  expect(await of('done')).toEqual([]);
  expect((await reader.find('done'))!.status).toBe('finished');
});

it('is ended by a status that comes while it is silent', async () => {
  await send('failed', 1, 50);
  await lookAfter(10 * MINUTE);
  expect(await of('failed')).toEqual([['silent', 'open']]);
  await say('failed', 'failed');
  await lookAfter(MINUTE);
  expect(await of('failed')).toEqual([['silent', 'resolved']]);
  expect((await reader.find('failed'))!.status).toBe('failed');
});

it('runs again where new steps follow its end, with its silence and its deviations as before', async () => {
  await send('on', 1, 50);
  await one('on', 51, NaN);
  await one('on', 52, NaN);
  expect(await of('on')).toEqual([['non-finite', 'open']]);
  await say('on', 'finished');
  await lookAfter(10_000);
  expect(await of('on')).toEqual([['non-finite', 'resolved']]);
  await one('on', 53);
  expect(await statusOf('on')).toBe('running');
  await one('on', 54, NaN);
  await one('on', 55, NaN);
  await lookAfter(10_000);
  expect(await of('on')).toEqual([
    ['non-finite', 'open'],
    ['non-finite', 'resolved'],
  ]);
  now += MINUTE;
  await send('on', 56, 5);
  await lookAfter(4 * MINUTE);
  expect(await statusOf('on')).toBe('silent');
  expect(await of('on')).toContainEqual(['silent', 'open']);
});

it('stays ended whatever comes late, twice or as a part of a known step, however much later', async () => {
  await send('late', 1, 50);
  await one('late', 70);
  await say('late', 'failed');
  for (const wait of [1_000, 10 * MINUTE]) {
    now += wait;
    await one('late', 60);
    await one('late', 50);
    await one('late', 70);
    await one('late', 70, 3);
    expect(await statusOf('late')).toBe('failed');
  }
});

it('stays ended where what was sent before its end is read only after it, however much later', async () => {
  await send('behind-end', 1, 50);
  const sent = now;
  now += 1;
  await say('behind-end', 'finished');
  now += 10 * MINUTE;
  for (const step of [51, 52, 53]) await one('behind-end', step, 2, sent);
  await one('behind-end', 1, 2, sent, 2);
  expect(await statusOf('behind-end')).toBe('finished');
  await one('behind-end', 2, 2, now, 2);
  expect(await statusOf('behind-end')).toBe('running');
});

it('is ended again, and never silent, where the steps behind its end were its last', async () => {
  await send('last', 1, 50);
  await say('last', 'failed');
  now += 2_000;
  await one('last', 51);
  expect(await statusOf('last')).toBe('running');
  await lookAfter(2 * MINUTE);
  expect(await statusOf('last')).toBe('failed');
  await lookAfter(30 * MINUTE);
  expect(await of('last')).toEqual([]);
});

it('hears the end of an attempt before its first record, and not that of one that is over', async () => {
  await send('told', 1, 50);
  await say('told', 'finished', 2);
  expect(await statusOf('told')).toBe('running');
  await one('told', 10, 2, now, 2);
  expect(await statusOf('told')).toBe('finished');
  now += 1;
  await one('told', 11, 2, now, 2);
  await say('told', 'failed', 1);
  expect(await statusOf('told')).toBe('running');
});
