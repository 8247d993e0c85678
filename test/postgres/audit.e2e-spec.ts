// The stages of the audit's coverage, as what is known of a run's length changes under one audit that goes on.
import { join } from 'node:path';
import { Audit } from '../../src/alerting/audit/audit.js';
import { reportJson } from '../../src/alerting/audit/audit-json.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import { PostgresAuditStore } from '../../src/outbound/postgres/postgres-audit-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import type { RunAnnouncement } from '../../src/runs/run-announcement.js';
import type { MetricRecord } from '../../src/runs/metric-record.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { Ingest } from '../../src/watch/ingest.js';
import { sweepRuns } from '../cli/cli.js';
import { type TestDatabase, testDatabase } from './test-database.js';

const BEGUN = Date.now() - 3_600_000;
const range = { from: BEGUN - 86_400_000, to: Date.now() + 86_400_000, project: null, family: null };

let test: TestDatabase;
let ingest: Ingest;
let audit: Audit;
let records: MetricRecord[];
const auditOf = (): Audit =>
  new Audit({ store: new PostgresAuditStore(test.database), budget: { perRunDay: 1, fleetPerDay: null } });

beforeAll(async () => {
  test = await testDatabase();
  ingest = new Ingest({
    store: new PostgresWatchStore(test.database),
    live: { push: () => undefined, deviation: () => undefined },
    meter: { batch: () => undefined } as never,
    policy: new AlertPolicy([], { publicUrl: '' }),
    settingsFor: () => settingsFor(10),
    nudge: () => undefined,
    clock: () => Date.now(),
  });
  audit = auditOf();
  records = [];
  for await (const entries of readRunFile(join(sweepRuns, '35k-1m.jsonl.gz')))
    for (const entry of entries) if (entry.kind === 'record') records.push(entry.record);
});
afterAll(() => test?.close());

const record = (run: string, step: number): IncomingItem => {
  const received = BEGUN + 1_000 * step;
  const told = records[step - 1]!;
  return { kind: 'record', record: { ...told, run, time: received }, received, ignored: [] };
};
const announced = (run: string, rest: Pick<RunAnnouncement, 'metadata' | 'status'>): IncomingItem => ({
  ...{ kind: 'announcement', received: BEGUN + 1_000_000, ignored: [] },
  announcement: { run, attempt: null, time: BEGUN + 1_000_000, ...rest },
});
const stepsOf = (run: string, from: number, to: number): IncomingItem[] =>
  Array.from({ length: to - from + 1 }, (_, i) => record(run, from + i));
let batches = 0;
const send = (...items: IncomingItem[]) => ingest.ingest({ id: `batch-${batches++}`, source: null, items });

/** Counts by stage of one family as an audit that has counted before says them, once one that has not says the same. */
async function pointsOf(family: string) {
  const said = reportJson(await audit.report(range)).coverage;
  expect(said).toEqual(reportJson(await auditOf().report(range)).coverage);
  const found = said.families.find((one) => one.family === family)!;
  const stages = found.stages.map(({ points }) => points);
  return { all: found.points, stages, unknown: found.stage_unknown.points };
}

it('has no stage for a run that does not say where it ends, and the planned ones once it does, counted anew', async () => {
  await send(announced('a', { metadata: { family: 'open' }, status: 'started' }), ...stepsOf('a', 1, 990));
  const before = await pointsOf('open');
  expect(before.all).toBeGreaterThan(600);
  expect(before).toMatchObject({ stages: [0, 0, 0, 0, 0], unknown: before.all });

  await send(announced('a', { metadata: { planned_steps: 1_250 }, status: null }), ...stepsOf('a', 991, 991));
  const planned = await pointsOf('open');
  // Bands begin after 300 steps and end at the newest knot.
  const { all, stages } = planned;
  expect(planned).toEqual({ all, stages: [0, stages[1], 250, stages[3], 0], unknown: 0 });
  expect(stages[1]! + 250 + stages[3]!).toBe(all);
  expect(Math.min(stages[1]!, stages[3]!)).toBeGreaterThan(100);

  // Prolonged: what was counted in later stages belongs to earlier ones.
  await send(announced('a', { metadata: { planned_steps: 5_000 }, status: null }), ...stepsOf('a', 992, 992));
  const prolonged = await pointsOf('open');
  expect(prolonged).toEqual({ all: prolonged.all, stages: [prolonged.all, 0, 0, 0, 0], unknown: 0 });
  expect(prolonged.all).toBeGreaterThanOrEqual(all);
});

it('takes the newest step for the end of a run that finished without a plan, and not of one that was stopped', async () => {
  const begin = (run: string) => announced(run, { metadata: { family: run }, status: 'started' });
  await send(begin('done'), ...stepsOf('done', 1, 1_000), begin('cut'), ...stepsOf('cut', 1, 1_000));
  await send(
    announced('done', { metadata: {}, status: 'finished' }),
    announced('cut', { metadata: {}, status: 'stopped' }),
  );
  const [done, cut] = [await pointsOf('done'), await pointsOf('cut')];
  expect(done).toMatchObject({ stages: [0, expect.any(Number), 200, 200, expect.any(Number)], unknown: 0 });
  expect(done.stages[4]).toBeGreaterThan(100);
  expect(cut).toEqual({ all: done.all, stages: [0, 0, 0, 0, 0], unknown: done.all });
});
