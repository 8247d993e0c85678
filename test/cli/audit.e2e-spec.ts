// `offcurve audit` as a user runs it: over run files, and over what the service stored.
import { join } from 'node:path';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { Ingest } from '../../src/watch/ingest.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { cli, sweepRuns } from './cli.js';

const fileOf = (run: string): string => join(sweepRuns, `${run}.jsonl.gz`);

interface Staged {
  family: string;
  stages: { points: number }[];
}

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
  const ingest = new Ingest({
    store: new PostgresWatchStore(store.database),
    live: { push: () => undefined, deviation: () => undefined },
    meter: { batch: () => undefined } as never,
    policy: new AlertPolicy([], { publicUrl: '' }),
    settingsFor: () => settingsFor(10),
    nudge: () => undefined,
    clock: () => Date.now(),
  });
  const begun = Date.now() - 3_000_000;
  let sent = 0;
  for (const [run, family] of [
    ['35k-1m', 'small'],
    ['35k-2m-t05', 'faulty'],
  ] as const)
    for await (const entries of readRunFile(fileOf(run))) {
      const items: IncomingItem[] = entries.map((entry) => {
        if (entry.kind === 'rejected') throw new Error(entry.rejection.reason);
        const received = begun + 1_000 * sent++;
        const ignored: string[] = [];
        // The recorded times are of another year than the audit's range.
        if (entry.kind === 'record')
          return { kind: 'record', record: { ...entry.record, time: received }, received, ignored };
        const metadata = { ...entry.announcement.metadata, family };
        return { kind: 'announcement', announcement: { ...entry.announcement, metadata }, received, ignored };
      });
      await ingest.ingest({ id: run, source: null, items });
    }
});
afterAll(() => store?.close());

it('counts alarms per run-day against the budget, and coverage by family and share of training, of files', async () => {
  const { code, stdout } = await cli(['audit', fileOf('35k-4m'), fileOf('35k-2m-t05'), '--json']);
  expect(code).toBe(0);
  const said = JSON.parse(stdout);
  expect(said).toMatchObject({ alarms: 2, budget_per_run_day: 1 / 30, verdict: 'above' });
  expect(said.kinds).toEqual({ 'better-than-predicted': 1, divergence: 1 });
  expect(said.run_days).toBeCloseTo((said.runs[0].records + said.runs[1].records) * (10 / 86_400), 9);
  const [family] = said.families;
  expect(said.families.map((one: { family: string }) => one.family)).toEqual(['sqlite-bytes']);
  expect(family.coverage.stages).toHaveLength(5);
  // What was off its curve does not count: with the thousand steps of the fault it would be far less.
  for (const { share } of family.coverage.stages) expect(Math.abs(share - 0.9)).toBeLessThan(0.05);
  expect(family.coverage.points).toBeLessThan(5_000);
});

it('says which runs alarmed and whether the budget was kept, in words', async () => {
  const { stdout } = await cli(['audit', fileOf('35k-2m-t05')]);
  expect(stdout).toMatch(/^35k-2m-t05: 2 in 2000 records$/m);
  expect(stdout).toMatch(/exceeded, if nothing was wrong/);
  expect(stdout).toMatch(/sqlite-bytes: \d\d\.\d % of \d+ values in their 90 % band; by share of training to 20 %/);
});

it('says the same of what the service stored, in all, by family and share of training', async () => {
  const { code, stdout } = await cli(['audit', '--database', '--json'], { env: { DATABASE_URL: store.url } });
  expect(code).toBe(0);
  const said = JSON.parse(stdout);
  expect(said.families.map((one: { family: string }) => one.family)).toEqual(['faulty', 'small']);
  const [faulty, small] = said.families;
  expect(faulty.alarms.count).toBe(2);
  expect(small.alarms.count).toBe(0);
  expect(said.alarms.count).toBe(2);
  expect(Math.abs(small.coverage.share - 0.9)).toBeLessThan(0.05);
  expect(said.coverage.points).toBe(faulty.coverage.points + small.coverage.points);
  const points = (of: Staged) => of.stages.map((stage) => stage.points);
  // Its band begins after 300 of its 1,000 steps.
  expect(points(small.coverage)).toEqual([0, expect.any(Number), 200, 200, expect.any(Number)]);
  expect(said.coverage.stage_unknown.points).toBe(0);
  expect(said.coverage.families.map((one: Staged) => [one.family, points(one)])).toEqual([
    ['faulty', points(faulty.coverage)],
    ['small', points(small.coverage)],
  ]);
});

it('says so in words, a stage without values as such', async () => {
  const { stdout } = await cli(['audit', '--database'], { env: { DATABASE_URL: store.url } });
  expect(stdout).toMatch(/^small: \d\d\.\d % of \d+ values in .* training to 20 %: none, to 40 %: \d+\.\d %,/m);
});

it.each([
  [['audit'], { DATABASE_URL: '' }, 'name run files, or give --database'],
  [['audit', '--database'], { DATABASE_URL: '' }, 'DATABASE_URL'],
  [['audit', fileOf('35k-1m'), '--database'], { DATABASE_URL: 'postgres://x' }, 'leave out the run files'],
])('%s says what is missing', async (args, env, text) => {
  const { code, stderr } = await cli(args, { env });
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});
