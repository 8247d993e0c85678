// Connections that break in the middle: nothing half-written, an error that says it may pass, and the next call works.
import pg from 'pg';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { StoreError } from '../../src/runs/store-error.js';
import { batch, change, header, message, row } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

let test: TestDatabase;
let store: PostgresWatchStore;
let killer: pg.Client;
beforeAll(async () => {
  test = await testDatabase();
  store = new PostgresWatchStore(test.database);
  killer = new pg.Client({ connectionString: test.url });
  await killer.connect();
});
afterAll(async () => {
  await killer?.end();
  await test?.close();
});

const killAll = () =>
  killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);

/** Kills every connection of the service as soon as one of them waits for the lock that `hold` holds. */
async function killedWhileWaiting(hold: string, work: () => Promise<unknown>): Promise<unknown> {
  const holder = new pg.Client({ connectionString: test.url });
  await holder.connect();
  holder.on('error', () => undefined);
  await holder.query('begin');
  await holder.query(hold);
  const outcome = work().then(
    (value) => value,
    (error: unknown) => error,
  );
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await killer.query(waiting)).rowCount === 0) await new Promise((done) => setTimeout(done, 5));
  await killAll();
  await holder.end().catch(() => undefined);
  return outcome;
}

/**
 * What `work` gives once the pool knows which of its connections are dead: one whose end has not come through yet may
 * still be handed out, and its error may be tried again, as the service does.
 */
async function afterKill<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError && error.retriable)) throw error;
    }
  }
}

it('a connection that breaks between the fence and the end of the batch leaves nothing of it', async () => {
  const source = { cluster: 'c', topic: 't', partition: 0, expected: null, next: 7n };
  const lost = change(header('lost', { lastSeq: 1 }), { rows: [row(1, 1, 2)] });
  const all = { source, runs: [lost], messages: [message('lost')] };
  const error = await killedWhileWaiting('lock table outbox', () => store.commit(all));
  expect(error).toMatchObject({ name: 'StoreError', retriable: true });
  expect(await afterKill(() => store.load(['lost']))).toEqual([]);
  expect(await afterKill(() => store.offsets('c', 't'))).toEqual(new Map());
  expect(await afterKill(() => store.commit(all))).toMatchObject({ status: 'committed' });
  expect((await afterKill(() => store.load(['lost'])))[0]!.openRows).toHaveLength(1);
});

it('a connection that breaks in the middle of COPY is an error like any other', async () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => row(n + 1, n, n));
  const copied = change(header('copied', { lastSeq: rows.length }), { rows });
  const error = await killedWhileWaiting('lock table points in exclusive mode', () => store.commit(batch(copied)));
  expect(error).toMatchObject({ name: 'StoreError', retriable: true });
  expect(await afterKill(() => store.commit(batch(copied)))).toMatchObject({ status: 'committed' });
});

it('idle connections that break are replaced', async () => {
  await Promise.all(Array.from({ length: 6 }, () => test.database.query('select pg_sleep(0.01)')));
  await killAll();
  expect(await afterKill(() => store.load(['lost']))).toHaveLength(1);
  await Promise.all(Array.from({ length: 6 }, () => afterKill(() => store.load(['lost']))));
  expect(await test.database.health()).toMatchObject({ answers: true, error: null });
});

it('a read that breaks may be tried again', async () => {
  const error = await killedWhileWaiting('lock table runs', () => store.load(['lost']));
  expect(error).toMatchObject({ name: 'StoreError', retriable: true });
  expect(await afterKill(() => store.load(['lost']))).toHaveLength(1);
});
