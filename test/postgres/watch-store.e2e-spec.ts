// What one batch changes is stored as a whole, once, by one writer at a time.
import type { BatchSource } from '../../src/watch/watch-store.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { batch, change, deviation, header, message, row, segmentOf } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

let test: TestDatabase;
let store: PostgresWatchStore;
beforeAll(async () => {
  test = await testDatabase();
  store = new PostgresWatchStore(test.database);
});
afterAll(() => test?.close());

const source = (partition: number, expected: bigint | null, next: bigint): BatchSource => ({
  cluster: 'c',
  topic: 't',
  partition,
  expected,
  next,
});

describe('a batch', () => {
  it('is loaded again as it was committed', async () => {
    const run = header('whole', {
      metadata: {
        name: 'Whole',
        project: 'p',
        family: 'f',
        tags: ['a', 'b'],
        params: 1e9,
        schedule: { kind: 'constant' },
      },
      metricNames: ['loss', 'lr'],
      lastSeq: 2,
      newestStep: 2 ** 53 - 1,
      firstTime: 1_700_000_000_000.125,
      counters: { repeats: 1, conflicts: 2, late: 3, ignoredKeys: { 'odd\u0000key\ud800': 4 } },
      pace: { usualMs: 12.5, longestMs: 90 },
      unsentHistory: 3,
    });
    const rows = [
      { ...row(1, 1, 2.5, null), time: 1_700_000_000_000.123 },
      { ...row(2, 2 ** 53 - 1, null, 3e-4), late: true, attempt: 2 },
    ];
    const waiting = [{ run: 'whole', attempt: 3, status: null, time: null, metadata: { name: 'third' } }];
    const context = [
      { seq: 1, kind: 'settings' as const, settings: { limit: Infinity, zero: -0, x: [NaN, 'text', null] } },
    ];
    const open = deviation('whole', { observed: NaN });
    const result = await store.commit(
      batch(change(run, { rows, waiting, context, deviations: [{ type: 'opened', deviation: open }] })),
    );
    expect(result.status).toBe('committed');
    const ref = result.status === 'committed' ? result.refs.get('whole')! : 0;
    expect(await store.load(['whole', 'unknown'])).toEqual([
      { header: { ...run, ref, version: 1 }, snapshot: null, openRows: rows, context, waiting, deviations: [open] },
    ]);
  });

  it('keeps every number to its last bit', async () => {
    const values = [NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2, -1 / 3, null, 2 ** 53 + 2];
    const names = values.map((_, index) => `m${index}`);
    const rows = [row(1, 1, ...values), row(2, 2), row(3, 3, null)];
    await store.commit(batch(change(header('bits', { metricNames: names, lastSeq: 3 }), { rows })));
    const [stored] = await store.load(['bits']);
    expect(stored!.openRows).toEqual(rows);
    expect(Object.is(stored!.openRows[0]!.values[3], -0)).toBe(true);
  });

  it('leaves what it does not speak of: standings, waiting, snapshots, context', async () => {
    const run = header('kept');
    const waiting = [{ run: 'kept', attempt: 9, status: null, time: null, metadata: {} }];
    const snapshot = { seq: 4, state: new Uint8Array([0, 255, 10]) };
    await store.commit(batch(change(run, { waiting, snapshot, standings: { loss: { sigma: NaN } } })));
    await store.commit(batch(change({ ...run, version: 1 }, {})));
    const [stored] = await store.load(['kept']);
    expect(stored).toMatchObject({ waiting, snapshot: { seq: 4 }, header: { version: 2 } });
    expect([...stored!.snapshot!.state]).toEqual([0, 255, 10]);
  });

  it('gives context only behind the snapshot, in the order in which it was written', async () => {
    const end = (seq: number) => ({ seq, kind: 'end' as const });
    const settings = (seq: number) => ({ seq, kind: 'settings' as const, settings: { seq } });
    await store.commit(batch(change(header('context'), { context: [settings(1), settings(5), end(6), settings(6)] })));
    const snapshot = { seq: 5, state: new Uint8Array(1) };
    await store.commit(batch(change(header('context', { version: 1 }), { context: [settings(7)], snapshot })));
    expect((await store.load(['context']))[0]!.context).toEqual([end(6), settings(6), settings(7)]);
    const all = await new PostgresRunReader(test.database).context('context');
    expect(all).toEqual([settings(1), settings(5), end(6), settings(6), settings(7)]);
  });

  it('stores nothing where one part of it fails', async () => {
    const bad = change(header('torn'), { rows: [row(1, 1, 2), row(1, 2, 3)] });
    await expect(
      store.commit({ source: source(50, null, 5n), runs: [bad], messages: [message('torn')] }),
    ).rejects.toMatchObject({ name: 'StoreError', retriable: false });
    expect(await store.load(['torn'])).toEqual([]);
    expect(await store.offsets('c', 't')).not.toContain(50);
    expect(await test.database.query(`select from outbox where id = 'torn'`)).toEqual([]);
  });
});

describe('the offset fence', () => {
  it('lets a partition be read on only from where it stands', async () => {
    const commit = (expected: bigint | null, next: bigint, id: string) =>
      store.commit({ source: source(0, expected, next), runs: [change(header(id))], messages: [] });
    expect(await commit(null, 10n, 'o1')).toMatchObject({ status: 'committed' });
    expect(await commit(null, 20n, 'o2')).toEqual({ status: 'stale', runs: [], offset: true });
    expect(await commit(9n, 20n, 'o2')).toEqual({ status: 'stale', runs: [], offset: true });
    expect(await commit(10n, 2n ** 60n, 'o2')).toMatchObject({ status: 'committed' });
    expect((await store.offsets('c', 't')).get(0)).toBe(2n ** 60n);
    expect(await store.load(['o1', 'o2'])).toHaveLength(2);
  });

  it('lets one of several readers in, whoever is first', async () => {
    const tries = Array.from({ length: 8 }, (_, n) =>
      store.commit({ source: source(1, null, BigInt(n + 1)), runs: [change(header(`race-${n}`))], messages: [] }),
    );
    const results = await Promise.all(tries);
    expect(results.filter(({ status }) => status === 'committed')).toHaveLength(1);
    const winner = results.findIndex(({ status }) => status === 'committed');
    expect((await store.offsets('c', 't')).get(1)).toBe(BigInt(winner + 1));
    expect(await store.load(Array.from({ length: 8 }, (_, n) => `race-${n}`))).toHaveLength(1);
  });

  it('keeps clusters and topics apart', async () => {
    const other = { cluster: 'other', topic: 't', partition: 0, expected: null, next: 3n };
    expect(await store.commit({ source: other, runs: [], messages: [] })).toMatchObject({ status: 'committed' });
    expect(await store.offsets('other', 't')).toEqual(new Map([[0, 3n]]));
    expect(await store.offsets('other', 'u')).toEqual(new Map());
  });
});

describe('two writers', () => {
  it('cannot both advance a run', async () => {
    await store.commit(batch(change(header('shared'))));
    const write = (loss: number) =>
      store.commit(batch(change(header('shared', { version: 1, lastSeq: 1 }), { rows: [row(1, 1, loss)] })));
    const results = await Promise.all([write(1), write(2), write(3), write(4)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['committed', 'stale', 'stale', 'stale']);
    expect(results).toContainEqual({ status: 'stale', runs: ['shared'], offset: false });
    expect((await store.load(['shared']))[0]).toMatchObject({ header: { version: 2 }, openRows: [{ seq: 1 }] });
  });

  it('cannot both create a run', async () => {
    const create = (step: number) => store.commit(batch(change(header('twins', { newestStep: step }))));
    const results = await Promise.all([create(1), create(2), create(3)]);
    expect(results.filter(({ status }) => status === 'committed')).toHaveLength(1);
    expect(results).toContainEqual({ status: 'stale', runs: ['twins'], offset: false });
  });

  it('with the same runs in opposite order never wait for each other crosswise', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `cross-${n}`);
    await store.commit(batch(...ids.map((id) => change(header(id)))));
    let committed = 1;
    for (let round = 0; round < 10; round++) {
      const write = (order: string[]) =>
        store.commit(batch(...order.map((id) => change(header(id, { version: committed })))));
      const results = await Promise.all([write(ids), write(ids.toReversed())]);
      expect(results.map(({ status }) => status).sort()).toEqual(['committed', 'stale']);
      committed++;
    }
  });

  it('learn which runs were moved, and the others stay as they were', async () => {
    await store.commit(batch(change(header('still')), change(header('moved'))));
    await store.commit(batch(change(header('moved', { version: 1 }))));
    const result = await store.commit(
      batch(change(header('still', { version: 1 })), change(header('moved', { version: 1 }))),
    );
    expect(result).toEqual({ status: 'stale', runs: ['moved'], offset: false });
    expect((await store.load(['still']))[0]!.header.version).toBe(1);
  });
});

describe('rows', () => {
  it('that a new attempt takes over are stored once, under their new number', async () => {
    const late = { ...row(2, 5, 1.5), late: true };
    await store.commit(batch(change(header('restart', { lastSeq: 2 }), { rows: [row(1, 9, 1), late] })));
    const moved = { fromSeq: 2, row: { ...late, seq: 3, attempt: 2, late: false } };
    await store.commit(
      batch(change(header('restart', { version: 1, lastSeq: 4 }), { moved: [moved], rows: [row(4, 6, 1)] })),
    );
    expect((await store.load(['restart']))[0]!.openRows.map(({ seq, attempt }) => [seq, attempt])).toEqual([
      [1, 1],
      [3, 2],
      [4, 1],
    ]);
    expect(await test.database.query(`select records from runs where id = 'restart'`)).toEqual([{ records: 3 }]);
  });

  it('leave the open ones when their stretch is closed, and steps in it are still known', async () => {
    const rows = Array.from({ length: 600 }, (_, n) => row(n + 1, n * 10, n % 7 === 0 ? null : 1 / (n + 1), n));
    const run = header('closing', { metricNames: ['loss', 'tokens'], lastSeq: 600 });
    const first = await store.commit(batch(change(run, { rows: rows.slice(0, 300) })));
    const ref = first.status === 'committed' ? first.refs.get('closing')! : 0;
    const segment = (metric: number) => segmentOf(metric, rows.slice(0, 512));
    await store.commit(
      batch(
        change(
          { ...run, version: 1 },
          {
            rows: rows.slice(512),
            segments: [segment(0), segment(1)],
            closedThroughSeq: 512,
            snapshot: { seq: 600, state: new Uint8Array(3) },
          },
        ),
      ),
    );
    expect((await store.load(['closing']))[0]!.openRows).toEqual(rows.slice(512));
    expect(await store.findClosed(ref, 1, 10)).toEqual({ attempt: 1, step: 10, values: [0.5, 1] });
    expect(await store.findClosed(ref, 1, 70)).toEqual({ attempt: 1, step: 70, values: [null, 7] });
    expect(await store.findClosed(ref, 1, 11)).toBeNull();
    expect(await store.findClosed(ref, 2, 10)).toBeNull();
    expect(await store.findClosed(ref, 1, 5120)).toBeNull();
    // One after the other, as a log that is sent again asks.
    for (const { step, values } of rows.slice(0, 512)) {
      expect(await store.findClosed(ref, 1, step)).toEqual({ attempt: 1, step, values });
      expect(await store.findClosed(ref, 1, step + 5)).toBeNull();
    }
    expect(await store.findClosed(ref, 1, 60)).not.toBeNull();
    // A part that came later, in a segment of its own: the first value of each metric stands.
    const part = { ...row(601, 70, 0.7, 1), late: true };
    const again = { ...row(602, 70, null, 9), late: true };
    const late = [segmentOf(0, [part]), segmentOf(1, [again])];
    await store.commit(batch(change({ ...run, version: 2 }, { segments: late, closedThroughSeq: 602 })));
    expect(await store.findClosed(ref, 1, 70)).toEqual({ attempt: 1, step: 70, values: [0.7, 7] });
  });
});

describe('deviations and messages', () => {
  it('are stored with every version of their story, each message with its first body', async () => {
    const opened = deviation('story');
    const updated = deviation('story', { version: 2, kind: 'drift', sigma: Infinity });
    const deviations = [
      { type: 'opened' as const, deviation: opened },
      { type: 'updated' as const, deviation: updated },
    ];
    const messages = [message('m1'), message('m1', { body: 'another' }), message('m2')];
    await store.commit({ source: null, runs: [change(header('story'), { deviations })], messages });
    await store.commit({ source: null, runs: [], messages: [message('m2', { body: 'another' })] });
    expect((await store.load(['story']))[0]!.deviations).toEqual([updated]);
    const steps = await test.database.query(
      'select version, type from deviation_steps where deviation_id = $1 order by 1',
      [opened.id],
    );
    expect(steps).toEqual([
      { version: 1, type: 'opened' },
      { version: 2, type: 'updated' },
    ]);
    expect(await test.database.query(`select id, body from outbox where id in ('m1', 'm2') order by ord`)).toEqual([
      { id: 'm1', body: '{"n":1}' },
      { id: 'm2', body: '{"n":1}' },
    ]);
  });

  it('that are resolved are not loaded any more', async () => {
    const resolved = deviation('over', { version: 2, status: 'resolved', resolvedAt: 9 });
    await store.commit(batch(change(header('over'), { deviations: [{ type: 'resolved', deviation: resolved }] })));
    expect((await store.load(['over']))[0]!.deviations).toEqual([]);
  });
});
