// What a run leans on, live: finished runs of its family and the family's law, as soon as they are there, pinned in its context.
import { join } from 'node:path';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { decodeMetricRecord } from '../../src/runs/metric-record.js';
import { RunWatcher } from '../../src/watch/run-watcher.js';
import { readRun, send } from '../../scripts/send-runs.mjs';
import { type TestService, eventually, testService } from '../http/test-service.js';

jest.setTimeout(60_000);

const root = join(__dirname, '../..');
/** Every fourth record is enough of each run. */
const THINNED = 4;
const TRUE_END = 1.77;

let service: TestService;
beforeAll(async () => {
  service = await testService();
});
afterAll(() => service?.stop());

async function itemsOf(run: string, options: { run?: string; upTo?: number } = {}) {
  const items = await readRun(join(root, `examples/sweep/runs/${run}.jsonl.gz`), options);
  return items.filter(({ kind, body }) => kind === 'runs' || (body.step as number) % THINNED === 0);
}
const lossForecast = async (run: string) => {
  const { items } = (await service.call('GET', `/v1/runs/${run}/forecast`)).json;
  return items.find(({ metric }: { metric: string }) => metric === 'loss').forecast;
};
const width = ({ lower, upper }: { lower: number; upper: number }): number => Math.log(upper / lower);

it('leans on the corpus alone while nothing has finished', async () => {
  await send(service.url, await itemsOf('35k-2m', { run: 'first', upTo: 800 }));
  const { leans_on: leansOn } = await lossForecast('first');
  expect(leansOn.join()).toMatch(/^corpus/);
  expect(leansOn.join()).not.toMatch(/finished|family|law|sibling/);
});

it('uses a finished run of the same plan at once, in a run that is under way too, and is surer by it', async () => {
  const before = await lossForecast('first');
  await send(service.url, await itemsOf('35k-2m-s1'));
  const items = await itemsOf('35k-2m', { run: 'first', upTo: 840 });
  await send(service.url, items.slice(-10));
  const after = await lossForecast('first');
  expect(after.leans_on).toContain('sibling 35k-2m-s1');
  expect(width(after.final)).toBeLessThan(width(before.final));
  expect(Math.abs(after.final.loss / TRUE_END - 1)).toBeLessThan(0.03);
});

it('uses the law of the family once there is one', async () => {
  for (const run of ['12k-2m', '99k-2m', '218k-1m']) await send(service.url, await itemsOf(run));
  await eventually(async () => {
    const { items } = (await service.call('GET', '/v1/families/sqlite-bytes/laws?metric=loss')).json;
    return items.length > 0 && items[0].data.length >= 4;
  });
  await send(service.url, await itemsOf('35k-2m', { run: 'second', upTo: 500 }));
  expect((await lossForecast('second')).leans_on.join()).toMatch(/law of sqlite-bytes, version \d/);
});

it('pins what it leaned on: judged again by the context, the forecasts are the same bit for bit', async () => {
  const { entries } = (await service.call('GET', '/v1/runs/second/context')).json;
  expect(entries.map(({ kind }: { kind: string }) => kind)).toContain('leaning');
  const again = RunWatcher.pinned('second', entries, () => settingsFor(10), new AlertPolicy([], { publicUrl: '' }));
  for (const { kind, body } of await itemsOf('35k-2m', { run: 'second', upTo: 500 })) {
    if (kind !== 'metrics') continue;
    const decoded = decodeMetricRecord(body);
    if (!decoded.ok) throw new Error(decoded.rejection.reason);
    again.take({ kind: 'record', record: decoded.value, received: 0, ignored: [] }, null, 0);
  }
  const forecasts = again.collect()!.change.forecasts.map(({ metric, forecast }) => ({ metric, forecast }));
  expect(JSON.parse(JSON.stringify(forecasts.find(({ metric }) => metric === 'loss')!.forecast))).toEqual(
    await lossForecast('second'),
  );
});

it('goes on after a restart of the service as it would have without', async () => {
  const items = await itemsOf('35k-2m', { run: 'third', upTo: 900 });
  await send(service.url, await itemsOf('35k-2m', { run: 'fourth', upTo: 900 }), { most: 100 });
  await send(service.url, items.slice(0, 150), { most: 100 });
  const { databaseUrl } = service;
  await service.stop();
  service = await testService({ DATABASE_URL: databaseUrl });
  await send(service.url, items.slice(150), { most: 100 });
  expect(await lossForecast('third')).toEqual(await lossForecast('fourth'));
});
