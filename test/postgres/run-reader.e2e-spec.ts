// What is stored of runs is listed, drawn and streamed: every point in its place, no extreme lost, nothing left after a delete.
import type { PointRow } from '../../src/runs/point-row.js';
import type { SeriesPoint } from '../../src/runs/run-reader.js';
import type { RunHeader } from '../../src/runs/run-header.js';
import { Database } from '../../src/outbound/postgres/database.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { OpenTail } from '../../src/watch/open-tail.js';
import { batch, change, deviation, header, message, row } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

let test: TestDatabase;
let store: PostgresWatchStore;
let reader: PostgresRunReader;
beforeAll(async () => {
  test = await testDatabase();
  store = new PostgresWatchStore(test.database);
  reader = new PostgresRunReader(test.database);
});
afterAll(() => test?.close());

/** Stores rows as the watch would: in batches, full stretches closed. */
async function storeRows(id: string, rows: PointRow[], parts: Partial<RunHeader> = {}, size = 300): Promise<void> {
  const tail = new OpenTail();
  let version = 0;
  for (let from = 0; from < rows.length; from += size) {
    const some = rows.slice(from, from + size);
    some.forEach((one) => tail.push(one));
    const closed = tail.closeFull();
    const at = header(id, { ...parts, version: version++, lastSeq: some.at(-1)!.seq });
    const open = some.filter(({ seq }) => seq > (closed?.throughSeq ?? 0));
    const closing = { segments: closed?.segments ?? [], closedThroughSeq: closed?.throughSeq ?? null };
    expect(await store.commit(batch(change(at, { rows: open, ...closing })))).toMatchObject({ status: 'committed' });
  }
}

async function allPoints(id: string, metric: string): Promise<SeriesPoint[]> {
  const points: SeriesPoint[] = [];
  for await (const some of reader.points(id, metric)) points.push(...some);
  return points;
}

const total = (parts: { count: number }[]): number => parts.reduce((sum, { count }) => sum + count, 0);

it('tells of slow statements whose answer is copied, and of what they asked', async () => {
  await storeRows(
    'slow',
    Array.from({ length: 600 }, (_, i) => row(i + 1, i, 2)),
  );
  const told: string[] = [];
  const slow = { thresholdMs: -1, onSlow: ({ sql }: { sql: string }) => void told.push(sql) };
  const watched = new Database({ url: test.url, slow });
  try {
    const buckets = await new PostgresRunReader(watched).series('slow', 'loss', { points: 1 });
    expect(total(buckets!)).toBe(600);
    expect(told).toContainEqual(expect.stringMatching(/^copy \(select .* from buckets/s));
  } finally {
    await watched.close();
  }
});

describe('series', () => {
  beforeAll(async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) =>
      row(n + 1, n, n === 12_345 ? 1e6 : n === 4_321 ? -50 : n % 1000 === 7 ? NaN : 2 + Math.sin(n / 100)),
    );
    await storeRows('long', rows);
  });

  it('of a long run has about as many buckets as asked for, each point in one, extremes and gaps among them', async () => {
    for (const points of [20, 100, 500]) {
      const buckets = (await reader.series('long', 'loss', { points }))!;
      expect(buckets.length).toBeGreaterThanOrEqual(points / 2);
      expect(buckets.length).toBeLessThanOrEqual(points + 10);
      expect(total(buckets)).toBe(20_000);
      expect(buckets.reduce((sum, { nonfinite }) => sum + nonfinite, 0)).toBe(20);
      const peak = buckets.find(({ max }) => max === 1e6)!;
      expect(peak.stepFrom).toBeLessThanOrEqual(12_345);
      expect(peak.stepTo).toBeGreaterThanOrEqual(12_345);
      expect(buckets.some(({ min }) => min === -50)).toBe(true);
      expect(buckets.every(({ mean }) => mean !== null)).toBe(true);
    }
  });

  it('is in the order of steps, and buckets of one attempt do not overlap', async () => {
    const buckets = (await reader.series('long', 'loss', { points: 300 }))!;
    buckets.slice(1).forEach((after, index) => expect(after.stepFrom).toBeGreaterThan(buckets[index]!.stepTo));
    expect([buckets[0]!.stepFrom, buckets.at(-1)!.stepTo]).toEqual([0, 19_999]);
  });

  it('of a narrow range is the points themselves, from segments and open rows alike', async () => {
    const closed = (await reader.series('long', 'loss', { from: 12_340, to: 12_349, points: 100 }))!;
    expect(closed.map(({ stepFrom, stepTo, count, max }) => [stepFrom, stepTo, count, max])).toEqual(
      Array.from({ length: 10 }, (_, n) => [
        12_340 + n,
        12_340 + n,
        1,
        n === 5 ? 1e6 : 2 + Math.sin((12_340 + n) / 100),
      ]),
    );
    const newest = (await reader.series('long', 'loss', { from: 19_000, points: 2_000 }))!;
    expect(newest.map(({ stepFrom }) => stepFrom)).toEqual(Array.from({ length: 1_000 }, (_, n) => 19_000 + n));
    expect(newest[7]).toMatchObject({ stepFrom: 19_007, nonfinite: 1, min: null, mean: null });
  });

  it('of a run with few points is its points', async () => {
    await storeRows('short', [row(1, 10, 3), row(2, 20, NaN), row(3, 30, 1)]);
    expect(await reader.series('short', 'loss', { points: 2 })).toMatchObject([
      { stepFrom: 10, stepTo: 20, timeFrom: 10_000, timeTo: 20_000, count: 2, nonfinite: 1, min: 3, max: 3, mean: 3 },
      { stepFrom: 30, stepTo: 30, count: 1, mean: 1 },
    ]);
  });

  it('is null for an unknown run and empty for an unknown metric', async () => {
    expect(await reader.series('nobody', 'loss', { points: 10 })).toBeNull();
    expect(await reader.series('long', 'nothing', { points: 10 })).toEqual([]);
  });

  it('survives values whose sums are not finite', async () => {
    await storeRows(
      'huge',
      Array.from({ length: 3_000 }, (_, n) => row(n + 1, n, n % 2 === 0 ? 1.7e308 : 5e-324)),
    );
    const buckets = (await reader.series('huge', 'loss', { points: 10 }))!;
    expect(buckets.every(({ max, mean }) => max === 1.7e308 && Number.isFinite(mean))).toBe(true);
  });
});

describe('points', () => {
  it('are all there once, by attempt and step, late ones and later parts where they belong', async () => {
    const rows: PointRow[] = [];
    const names = ['loss', 'val_loss'];
    // Every tenth step comes 1,500 records late, every hundredth has its val_loss a good while later.
    for (let n = 0; n < 6_000; n++) {
      if (n % 10 !== 3) rows.push(row(rows.length + 1, n, n / 7));
      if (n >= 1_500 && n % 10 === 3) rows.push({ ...row(rows.length + 1, n - 1_500, (n - 1_500) / 7), late: true });
      if (n >= 800 && n % 100 === 0) rows.push({ ...row(rows.length + 1, n - 800, null, n - 800), late: true });
    }
    const again = rows.length;
    for (let n = 0; n < 1_000; n++)
      rows.push({ seq: again + n + 1, attempt: 2, step: 5_000 + n, time: n, late: false, values: [-n] });
    await storeRows('mixed', rows, { metricNames: names });
    const loss = await allPoints('mixed', 'loss');
    const steps = Array.from({ length: 6_000 }, (_, n) => n).filter((n) => n % 10 !== 3 || n < 4_500);
    expect(loss.filter(({ attempt }) => attempt === 1).map(({ step, value }) => [step, value])).toEqual(
      steps.map((n) => [n, n / 7]),
    );
    expect(loss.filter(({ attempt }) => attempt === 2).map(({ step }) => step)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => 5_000 + n),
    );
    expect(loss.findIndex(({ attempt }) => attempt === 2)).toBe(steps.length);
    const parts = await allPoints('mixed', 'val_loss');
    expect(parts.map(({ step, value }) => [step, value])).toEqual(
      Array.from({ length: 52 }, (_, n) => [n * 100, n * 100]),
    );
    const drawn = (await reader.series('mixed', 'loss', { points: 50 }))!;
    expect(total(drawn)).toBe(loss.length);
  });

  it('of one step and metric are the first that came', async () => {
    const rows = Array.from({ length: 1_200 }, (_, n) => row(n + 1, n, n));
    rows.push({ ...row(1_201, 5, -1), late: true }, { ...row(1_202, 1_199, -2), late: true });
    await storeRows('twice', rows);
    const points = await allPoints('twice', 'loss');
    expect(points).toHaveLength(1_200);
    expect(points[5]!.value).toBe(5);
    expect(points[1_199]!.value).toBe(1_199);
    expect(await reader.series('twice', 'loss', { from: 5, to: 5, points: 10 })).toMatchObject([{ count: 1, max: 5 }]);
  });

  it('are exact to the last bit in segments, too', async () => {
    const odd = [NaN, Infinity, -Infinity, -0, 5e-324, 0.1 + 0.2, Number.MAX_VALUE];
    const rows = Array.from({ length: 1_100 }, (_, n) => row(n + 1, n, odd[n % odd.length]!));
    await storeRows('exact', rows);
    expect((await allPoints('exact', 'loss')).map(({ value }) => value)).toEqual(rows.map(({ values }) => values[0]));
  });

  it('of an unknown run or metric are none', async () => {
    expect(await allPoints('nobody', 'loss')).toEqual([]);
    expect(await allPoints('exact', 'nothing')).toEqual([]);
  });
});

describe('runs', () => {
  it('are listed newest first, page by page, by what is asked for', async () => {
    for (let n = 0; n < 5; n++)
      await store.commit(
        batch(
          change(
            header(`list-${n}`, {
              status: n === 4 ? 'finished' : 'running',
              metadata: { name: `100% Name_${n}`, project: 'lists', family: `fam-${n % 2}`, tags: ['all', `tag-${n}`] },
            }),
            { standings: { loss: { sigma: NaN } } },
          ),
        ),
      );
    const ids = async (filter: object): Promise<string[]> =>
      (await reader.list({ project: 'lists', limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await ids({})).toEqual(['list-4', 'list-3', 'list-2', 'list-1', 'list-0']);
    expect(await ids({ status: 'finished' })).toEqual(['list-4']);
    expect(await ids({ family: 'fam-1' })).toEqual(['list-3', 'list-1']);
    expect(await ids({ tag: 'tag-2' })).toEqual(['list-2']);
    expect(await ids({ text: '% NAME_3' })).toEqual(['list-3']);
    expect(await ids({ text: '%3' })).toEqual([]);
    expect(await ids({ text: 'ST-1' })).toEqual(['list-1']);
    const pages: string[][] = [];
    for (let after: string | undefined; ;) {
      const page = await reader.list({ project: 'lists', limit: 2, after });
      pages.push(page.items.map(({ id }) => id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual([['list-4', 'list-3'], ['list-2', 'list-1'], ['list-0']]);
    await expect(ids({ after: 'nonsense' })).rejects.toThrow('none that this list has given');
    expect(await reader.find('list-1')).toMatchObject({ standings: { loss: { sigma: NaN } }, openDeviations: 0 });
    expect(await reader.find('nobody')).toBeNull();
  });

  it('can be renamed while a watch holds them: its next commit is stale, and it then sees the new name', async () => {
    await store.commit(batch(change(header('named', { metadata: { name: 'old', params: 5 } }))));
    const patched = await reader.patch('named', { name: 'new', tags: ['x'] });
    expect(patched).toMatchObject({ metadata: { name: 'new', tags: ['x'], params: 5 } });
    expect(await store.commit(batch(change(header('named', { version: 1 }))))).toMatchObject({ status: 'stale' });
    const [again] = await store.load(['named']);
    expect(again!.header).toMatchObject({ version: 2, metadata: { name: 'new', params: 5 } });
    expect(await reader.patch('nobody', { name: 'x' })).toBeNull();
  });

  it('show their band and their forecasts', async () => {
    const knots = [20, 10, 10].map((step) => ({ metric: 'loss', attempt: 1, step, expected: 2, lower: 1, upper: 3 }));
    const forecast = (step: number) => ({ metric: 'loss', attempt: 1, step, forecast: { final: step, odd: NaN } });
    await store.commit(batch(change(header('band'), { knots, forecasts: [forecast(10)] })));
    await store.commit(batch(change(header('band', { version: 1 }), { knots, forecasts: [forecast(20)] })));
    expect((await reader.band('band', 'loss'))!.map(({ step }) => step)).toEqual([10, 20]);
    expect(await reader.band('band', 'other')).toEqual([]);
    expect(await reader.forecasts('band')).toEqual([forecast(20)]);
    expect(await reader.band('nobody', 'loss')).toBeNull();
    expect(await reader.forecasts('nobody')).toBeNull();
  });

  it('are deleted with all they have, also while a watch holds them', async () => {
    const rows = Array.from({ length: 700 }, (_, n) => row(n + 1, n, 1));
    await storeRows('gone', rows);
    const [held] = await store.load(['gone']);
    const { ref, version } = held!.header;
    const everything = change(header('gone', { version, lastSeq: 700 }), {
      context: [{ seq: 1, kind: 'end' }],
      snapshot: { seq: 700, state: new Uint8Array(3) },
      deviations: [{ type: 'opened', deviation: deviation('gone') }],
      knots: [{ metric: 'loss', attempt: 1, step: 1, expected: 1, lower: 1, upper: 1 }],
      forecasts: [{ metric: 'loss', attempt: 1, step: 1, forecast: {} }],
    });
    const messages = [
      message('gone-1', { deviationId: 'dev_gone' }),
      message('gone-2', { deviationId: 'history/gone/12' }),
      message('kept', { deviationId: 'history/gone/else/12' }),
    ];
    await store.commit({ source: null, runs: [everything], messages });
    expect(await reader.remove('gone')).toBe(true);
    expect(await reader.remove('gone')).toBe(false);
    for (const table of ['points', 'segments', 'buckets', 'run_states', 'context_entries', 'band_knots', 'forecasts'])
      expect([table, await test.database.query(`select from ${table} where run_ref = $1`, [ref])]).toEqual([table, []]);
    expect(await test.database.query(`select from deviations where run = 'gone'`)).toEqual([]);
    expect(await test.database.query(`select id from outbox where id in ('gone-1', 'gone-2', 'kept')`)).toEqual([
      { id: 'kept' },
    ]);
    const late = await store.commit(
      batch(change(header('gone', { version: version + 1 }), { rows: [row(701, 700, 1)] })),
    );
    expect(late).toEqual({ status: 'stale', runs: ['gone'], offset: false });
    expect(await store.load(['gone'])).toEqual([]);
    expect(await store.commit(batch(change(header('gone'))))).toMatchObject({ status: 'committed' });
    expect(await allPoints('gone', 'loss')).toEqual([]);
  });

  it('leave nothing behind when deleted in the middle of a stream of commits', async () => {
    const write = async (): Promise<void> => {
      for (let n = 0; n < 60; n++) {
        const [held] = await store.load(['stream']);
        const version = held?.header.version ?? 0;
        const seq = (held?.header.lastSeq ?? 0) + 1;
        await store.commit(batch(change(header('stream', { version, lastSeq: seq }), { rows: [row(seq, seq, 1)] })));
      }
    };
    const remove = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await reader.remove('stream');
    };
    await Promise.all([write(), remove()]);
    await reader.remove('stream');
    const orphans = await test.database.query('select from points where run_ref not in (select ref from runs)');
    expect(orphans).toEqual([]);
  });
});

it('an answer about a run is of one moment, however many commits there are meanwhile', async () => {
  let [version, done] = [0, false];
  const writing = (async () => {
    for (let n = 1; n <= 150; n++) {
      const at = header('busy', { version: version++, lastSeq: n });
      const opened = deviation('busy', { id: `dev_busy_${n}`, openedAtStep: n });
      await store.commit(batch(change(at, { deviations: [{ type: 'opened', deviation: opened }] })));
    }
    done = true;
  })();
  let answers = 0;
  while (!done) {
    const one = await reader.find('busy');
    const listed = (await reader.list({ limit: 5, text: 'busy' })).items[0];
    for (const run of [one, listed])
      if (run) {
        expect(run.openDeviations).toBe(run.records);
        answers++;
      }
  }
  await writing;
  expect(answers).toBeGreaterThan(50);
});
