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

const RUN = '35k-2m-t01';
const FILE = `examples/sweep/runs/${RUN}.jsonl.gz`;
/** Bodies of odd sizes: batches change nothing of what is said. */
const SIZES = [1, 7, 200, 33, 512];

let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-same-'));
beforeAll(async () => {
  service = await testService();
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const eventOf = ({ type, deviation: d }: Pick<DeviationChange, 'type' | 'deviation'>) => ({
  ...{ event: type, deviation: d.id, kind: d.kind, side: d.side, metric: d.metric },
  ...{ step: d.step, started_at_step: d.startedAtStep, expected: d.expected, observed: d.observed, sigma: d.sigma },
});

it('says the same of a real run with a planted shift, whatever the bodies, and ends it with the run', async () => {
  const records: string[] = [];
  let bodies = 0;
  const post = async (path: string, lines: string[]): Promise<void> => {
    if (lines.length === 0) return;
    expect((await service.call('POST', path, lines.join('\n'))).json.rejected).toEqual([]);
  };
  for await (const entries of readRunFile(FILE))
    for (const entry of entries) {
      if (entry.kind === 'rejected') throw new Error(entry.rejection.reason);
      if (entry.kind === 'announcement') {
        await post('/v1/metrics', records.splice(0));
        await post('/v1/runs', [JSON.stringify(wireAnnouncement({ ...entry.announcement, time: null }))]);
        continue;
      }
      // Without the times of the recording the records are of today, and their deviations are news.
      records.push(JSON.stringify(wireRecord({ ...entry.record, time: null })));
      if (records.length >= SIZES[bodies % SIZES.length]!) {
        bodies++;
        await post('/v1/metrics', records.splice(0));
      }
    }
  await post('/v1/metrics', records);
  await post('/v1/runs', [JSON.stringify({ run: RUN, status: 'finished' })]);
  // What is open when a run ends is resolved a moment later: its last records may come after its status.
  await eventually(async () => (await service.call('GET', `/v1/runs/${RUN}`)).json.open_deviations === 0, 30_000);

  const listed = (await service.call('GET', `/v1/deviations?run=${RUN}`)).json.items;
  const live = [];
  for (const { id } of listed)
    for (const step of (await service.call('GET', `/v1/deviations/${id}/story`)).json.items)
      live.push({
        ...{ event: step.type, deviation: id, kind: step.deviation.kind, side: step.deviation.side },
        ...{
          metric: step.deviation.metric,
          step: step.deviation.step,
          started_at_step: step.deviation.started_at_step,
        },
        ...{ expected: step.deviation.expected, observed: step.deviation.observed, sigma: step.deviation.sigma },
      });

  const contextFile = join(folder, 'context.json');
  writeFileSync(contextFile, (await service.call('GET', `/v1/runs/${RUN}/context`)).text);
  const offline: ReturnType<typeof eventOf>[] = [];
  const options = { settings: settingsFor(10), schedule: null, context: readContext(contextFile) };
  await judgeFile(FILE, options, (change) => offline.push(eventOf(change)));

  const sorted = (events: object[]) => events.map((event) => JSON.stringify(event)).sort();
  expect(offline.length).toBeGreaterThanOrEqual(3);
  expect(sorted(live)).toEqual(sorted(offline));
}, 60_000);
