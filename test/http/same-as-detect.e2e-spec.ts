// One log over HTTP and through `offcurve detect` with the run's context: the same deviations at the same steps.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsFor } from '../../src/core/detection/budget.js';
import { judgeFile } from '../../src/cli/detect/judge-file.js';
import { readContext } from '../../src/cli/detect/read-context.js';
import type { DeviationChange } from '../../src/alerting/deviation.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import { wireAnnouncement, wireRecord } from '../../src/runs/wire-form.js';
import { type TestService, eventually, testService } from './test-service.js';

const fileOf = (run: string): string => `examples/sweep/runs/${run}.jsonl.gz`;
/** Two thousand steps are less than an hour: what is found is news, not history. */
const SECONDS_A_STEP = 1.5;
/** Bodies of odd sizes: batches change nothing of what is said. */
const SIZES = [1, 7, 200, 33, 512];

let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-same-'));
beforeAll(async () => {
  // A budget that does not depend on how fast this machine sends: a point each second and a half, an alarm a day.
  const OFFCURVE_CONFIG = join(folder, 'offcurve.yml');
  writeFileSync(OFFCURVE_CONFIG, 'budget: { false_alarms: 1 per run-day, fleet: 24 per day }\n');
  service = await testService({ OFFCURVE_CONFIG });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const eventOf = ({ type, deviation: d }: Pick<DeviationChange, 'type' | 'deviation'>) => ({
  ...{ event: type, deviation: d.id, kind: d.kind, side: d.side, metric: d.metric, step: d.step },
  ...{ started_at_step: d.startedAtStep, expected: d.expected, observed: d.observed, sigma: d.sigma },
});

/** Sends a recorded run and its end, in bodies of odd sizes. */
async function send(run: string): Promise<void> {
  const records: string[] = [];
  const begun = Date.now() - 3_300_000;
  let sent = 0;
  let bodies = 0;
  const post = async (path: string, lines: string[]): Promise<void> => {
    if (lines.length === 0) return;
    expect((await service.call('POST', path, lines.join('\n'))).json.rejected).toEqual([]);
  };
  for await (const entries of readRunFile(fileOf(run)))
    for (const entry of entries) {
      if (entry.kind === 'rejected') throw new Error(entry.rejection.reason);
      if (entry.kind === 'announcement') {
        await post('/v1/metrics', records.splice(0));
        await post('/v1/runs', [JSON.stringify(wireAnnouncement({ ...entry.announcement, time: null }))]);
        continue;
      }
      const time = begun + 1_000 * SECONDS_A_STEP * sent++;
      records.push(JSON.stringify(wireRecord({ ...entry.record, time })));
      if (records.length >= SIZES[bodies % SIZES.length]!) {
        bodies++;
        await post('/v1/metrics', records.splice(0));
      }
    }
  await post('/v1/metrics', records);
  await post('/v1/runs', [JSON.stringify({ run, status: 'finished' })]);
  // What is open when a run ends is resolved a moment later: its last records may come after its status.
  await eventually(async () => (await service.call('GET', `/v1/runs/${run}`)).json.open_deviations === 0, 30_000);
}

/** What the service said of a run, and what `detect` says with its context. */
async function bothStories(run: string): Promise<{ live: string[]; offline: string[] }> {
  const live: object[] = [];
  for (const { id } of (await service.call('GET', `/v1/deviations?run=${run}`)).json.items)
    for (const { type, deviation: d } of (await service.call('GET', `/v1/deviations/${id}/story`)).json.items) {
      // What is said of one run after waiting for others to join is no judgement of the run.
      if (type === 'alone') continue;
      live.push({
        ...{ event: type, deviation: id, kind: d.kind, side: d.side, metric: d.metric, step: d.step },
        ...{ started_at_step: d.started_at_step, expected: d.expected, observed: d.observed, sigma: d.sigma },
      });
    }
  const contextFile = join(folder, `${run}.json`);
  writeFileSync(contextFile, (await service.call('GET', `/v1/runs/${run}/context`)).text);
  const offline: object[] = [];
  const options = { settings: settingsFor(10), schedule: null, context: readContext(contextFile) };
  await judgeFile(fileOf(run), options, (change) => offline.push(eventOf(change)));
  const sorted = (events: object[]): string[] => events.map((event) => JSON.stringify(event)).sort();
  return { live: sorted(live), offline: sorted(offline) };
}

it('says the same of a real run with a planted shift, whatever the bodies, and ends it with the run', async () => {
  await send('35k-2m-t01');
  const { live, offline } = await bothStories('35k-2m-t01');
  expect(offline.length).toBeGreaterThanOrEqual(3);
  expect(live).toEqual(offline);
}, 60_000);

it('finds the finished run that read the same batches, sees beside it what is lost in the noise, and replays it', async () => {
  await send('35k-2m');
  expect((await service.call('GET', '/v1/deviations?run=35k-2m')).json.items).toEqual([]);
  await send('35k-2m-t02');
  const found = (await service.call('GET', '/v1/deviations?run=35k-2m-t02')).json.items;
  expect(found.map(({ evidence }: { evidence: string[] }) => evidence.join())).toEqual([
    // Its rate is a tenth of what is logged: better at first, worse in the end.
    expect.stringContaining('compared with 35k-2m'),
    expect.stringContaining('compared with 35k-2m'),
  ]);
  const { live, offline } = await bothStories('35k-2m-t02');
  expect(live).toEqual(offline);
  const alone: DeviationChange[] = [];
  const options = { settings: settingsFor(10), schedule: null, context: null };
  await judgeFile(fileOf('35k-2m-t02'), options, (change) => alone.push(change));
  // That it was better first is lost in its own noise.
  expect(alone.filter(({ deviation }) => deviation.side === 'better')).toEqual([]);
}, 60_000);
