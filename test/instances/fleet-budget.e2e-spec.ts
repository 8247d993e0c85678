// Two instances share one budget of false alarms: each counts the runs of both.
import { type TestService, testService } from '../http/test-service.js';
import { Database } from '../../src/outbound/postgres/database.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { budgetedSettings } from '../../src/watch/budgeted-settings.js';

/** So many that their share of one alarm a day is stricter than one in 30 run-days each. */
const ELSEWHERE = 59;
const SECONDS_PER_POINT = 10;
/** After so many records a run's own rate of points is taken. */
const RATE_AT = 256;
const BUDGET = { perRunDay: 1 / 30, fleetPerDay: 1 };

let first: TestService;
let second: TestService | undefined;
let database: Database;
beforeAll(async () => {
  first = await testService();
  database = new Database({ url: first.databaseUrl });
});
afterAll(async () => {
  await second?.stop();
  await first?.stop();
  await database?.close();
});

it('a run is judged by its share among the runs that the other instance reads', async () => {
  const others = Array.from({ length: ELSEWHERE }, (_, at) => ({ run: `r${at}`, step: 1, metrics: { loss: 2 } }));
  await first.call('POST', '/v1/metrics', others);
  second = await testService({ DATABASE_URL: first.databaseUrl });

  const start = Date.now() / 1000 - RATE_AT * SECONDS_PER_POINT;
  const records = Array.from({ length: RATE_AT + 1 }, (_, at) => ({
    ...{ run: 'mine', step: at + 1, time: start + at * SECONDS_PER_POINT },
    metrics: { loss: 2 + 1 / (at + 1) },
  }));
  expect((await second.call('POST', '/v1/metrics', records)).status).toBe(202);

  const context = await new PostgresRunReader(database).context('mine');
  // The count is of the last look: this run itself is not stored yet.
  const last = context!.findLast(({ kind }) => kind === 'settings');
  const rate = ((RATE_AT - 1) * SECONDS_PER_POINT) / RATE_AT;
  const of = (runs: number) => budgetedSettings(BUDGET, () => runs)(rate);
  expect(last).toMatchObject({ seq: RATE_AT + 1, settings: of(ELSEWHERE) });
  expect(of(ELSEWHERE)).not.toEqual(of(1));
});
