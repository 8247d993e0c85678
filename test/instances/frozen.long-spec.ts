// An instance frozen inside a transaction past its session, and woken again: the other goes on, and the late commit is refused.
import pg from 'pg';
import { TestTopics, until } from '../kafka/kafka-service.js';
import { Fleet } from './fleet.js';

jest.setTimeout(600_000);

let topics: TestTopics;
let fleet: Fleet;
let lock: pg.Client;
beforeAll(async () => {
  topics = await TestTopics.on(process.env.TEST_KAFKA_BROKERS!, 4);
  fleet = await Fleet.on(topics);
});
afterAll(async () => {
  await lock?.end();
  await fleet?.close();
  await topics?.close();
});

it('nothing is lost, nothing doubled', async () => {
  const frozen = await fleet.start();
  const other = await fleet.start();
  fleet.beginStream();
  await until(
    'both read',
    async () => {
      const counts = await Promise.all([frozen, other].map((one) => one.metric('offcurve_records_total')));
      return counts.every((count) => count > 0);
    },
    120_000,
  );

  // Both wait for this lock in the middle of a batch's transaction; one of them is frozen there.
  lock = new pg.Client({ connectionString: fleet.databaseUrl });
  await lock.connect();
  await lock.query('begin');
  await lock.query('lock table partition_offsets in exclusive mode');
  await until(
    'both wait',
    async () => {
      // By another connection: within a transaction this view stays as it was first seen.
      const [row] = await fleet.database.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%partition_offsets%'`,
      );
      return row!.n >= 2;
    },
    120_000,
  );
  frozen.freeze();
  await lock.query('rollback');

  // The session runs out, the other takes over all partitions, and Postgres ends the frozen one's transaction.
  const before = await newest();
  await until(
    'the other reads all partitions',
    async () => {
      const now = await newest();
      return now.length === before.length && now.every((step, run) => step > before[run]! + 200);
    },
    240_000,
  );
  frozen.thaw();
  await until(
    'the late commit was refused',
    async () => frozen.lines('the batch could not be committed, trying again').length > 0,
    60_000,
  );
  await until('it reads again', async () => (await fetch(`${frozen.url}/health/ready`)).ok, 120_000);
  const woken = await frozen.metric('offcurve_records_total');
  await until('it has work again', async () => (await frozen.metric('offcurve_records_total')) > woken, 120_000);
  await fleet.endStream();
  await fleet.expectAllOnce();
});

const newest = async (): Promise<number[]> =>
  (await fleet.reader.list({ limit: 100 })).items
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ newestStep }) => newestStep);
