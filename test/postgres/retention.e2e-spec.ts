// Old single points go, what is drawn of them stays: buckets take the place of points, newer points are untouched.
import { PostgresPointRetention } from '../../src/outbound/postgres/postgres-point-retention.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { OpenTail } from '../../src/watch/open-tail.js';
import { RetentionClock } from '../../src/watch/retention-clock.js';
import { batch, change, header, row } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

const ROWS = 2_000;
/** Rows are a second apart, from the epoch on. */
const HALF_MS = 1_000 * (ROWS / 2);

let test: TestDatabase;
let reader: PostgresRunReader;
let retention: PostgresPointRetention;
beforeAll(async () => {
  test = await testDatabase();
  reader = new PostgresRunReader(test.database);
  retention = new PostgresPointRetention(test.database);
  await store('old');
  await store('told today');
  await test.database.query("update runs set created_at = to_timestamp(0) where id = 'old'");
});
afterAll(() => test?.close());

async function store(id: string): Promise<void> {
  const tail = new OpenTail();
  const rows = Array.from({ length: ROWS }, (_, n) => row(n + 1, n, n === 300 ? 99 : 2 + n / ROWS));
  rows.forEach((one) => tail.push(one));
  const { segments, throughSeq } = tail.closeFull()!;
  const at = header(id, { lastSeq: ROWS, newestStep: ROWS - 1, firstTime: 0 });
  const open = rows.filter(({ seq }) => seq > throughSeq);
  const committed = await new PostgresWatchStore(test.database).commit(
    batch(change(at, { rows: open, segments, closedThroughSeq: throughSeq })),
  );
  expect(committed.status).toBe('committed');
}

async function steps(id: string): Promise<number[]> {
  const found: number[] = [];
  for await (const points of reader.points(id, 'loss')) found.push(...points.map(({ step }) => step));
  return found;
}

it('lets go of the older points only, says how many, and again of none', async () => {
  const gone = await retention.expire(HALF_MS);
  expect(gone.points).toBeGreaterThan(0);
  expect(gone.bytes).toBeGreaterThan(0);
  const left = await steps('old');
  expect(left.length).toBe(ROWS - gone.points);
  expect(left[0]).toBe(gone.points);
  expect(left[0]).toBeLessThanOrEqual(ROWS / 2);
  expect(await retention.expire(HALF_MS)).toEqual({ points: 0, bytes: 0 });
});

it('keeps all of a run that came today, however old its times', async () => {
  expect(await steps('told today')).toHaveLength(ROWS);
});

it('goes on drawing what is gone, extremes included, once each, in the whole and in a range of both', async () => {
  const [first] = await steps('old');
  const ranges = [{}, { from: 200, to: 399 }, { from: first! - 64, to: first! + 63 }];
  for (const range of ranges) {
    const buckets = (await reader.series('old', 'loss', { ...range, points: 1_000 }))!;
    buckets.slice(1).forEach((after, index) => expect(after.stepFrom).toBeGreaterThan(buckets[index]!.stepTo));
    expect(buckets[0]!.stepFrom).toBeLessThanOrEqual(range.from ?? 0);
    expect(buckets.at(-1)!.stepTo).toBeGreaterThanOrEqual(range.to ?? ROWS - 1);
  }
  const whole = (await reader.series('old', 'loss', { points: 1_000 }))!;
  expect(whole.reduce((sum, { count }) => sum + count, 0)).toBe(ROWS);
  expect(whole.find(({ max }) => max === 99)).toMatchObject({ count: 64 });
});

it('is done at the start by days, and not at all without', async () => {
  const said: number[] = [];
  const parts = { retention, onError: fail, clock: () => 86_400_000 + 1_000 * ROWS };
  const never = new RetentionClock({ ...parts, days: null, expired: () => said.push(-1) });
  never.start();
  await never.stop();
  const clock = new RetentionClock({ ...parts, days: 1, expired: ({ points }) => said.push(points) });
  const before = (await steps('old')).length;
  clock.start();
  await clock.stop();
  const left = await steps('old');
  expect(said).toEqual([before - left.length]);
  expect(left.length).toBeGreaterThan(0);
});

const fail = (error: unknown): never => {
  throw error;
};
