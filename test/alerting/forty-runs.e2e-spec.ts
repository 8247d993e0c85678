// Forty runs that read the same batches, as records of a real service: bad data at one step is one message that lists them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestService, eventually, testService } from '../http/test-service.js';
import { type Receiver, startReceiver } from '../http/receiver.js';

// Real servers on a busy machine.
jest.setTimeout(120_000);

const RUNS = Array.from({ length: 40 }, (_, n) => `llama-${n}`);
const ONSET = 300;
const LAST = 340;
const BEGAN = Date.now() / 1000 - 600;
const dir = mkdtempSync(join(tmpdir(), 'offcurve-forty-'));
let hook: Receiver;
let service: TestService;

beforeAll(async () => {
  hook = await startReceiver();
  const config = join(dir, 'offcurve.yml');
  writeFileSync(
    config,
    `channels:\n  hook: { webhook: { url: "${hook.url}", allow_private: true } }\nroutes: [{ channels: [hook] }]\n`,
  );
  service = await testService({ OFFCURVE_CONFIG: config });
});
afterAll(async () => {
  await service?.stop();
  await hook?.close();
  rmSync(dir, { recursive: true });
});

interface Told {
  type: string;
  data: { id: string; run: string | null; runs: string[]; kind: string };
}

/** Each run has noise of its own; from the onset on all of them read what they cannot predict. */
const loss = (run: number, step: number): number =>
  2 + 3 * (step + 5) ** -0.3 + 0.01 * Math.sin((run + 1) * step * step) + (step >= ONSET ? 0.4 : 0);
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => from + n).flatMap((step) =>
    RUNS.map((run, index) => ({ run, step, time: BEGAN + step, metrics: { loss: loss(index, step) } })),
  );

it('is one message that lists all forty, and one answer to it ends them all', async () => {
  await service.call(
    'POST',
    '/v1/runs',
    RUNS.map((run) => ({ run, data_order: 'seed-7' })),
  );
  const bounds = [1, 100, 200, ONSET, LAST];
  for (const [n, to] of bounds.slice(1).entries())
    expect((await service.call('POST', '/v1/metrics', records(bounds[n]!, to))).status).toBe(202);
  const told = () => hook.received.map(({ json }) => json as Told);
  const event = await eventually(
    async () => told().find(({ data }) => data.kind === 'data-event' && data.runs.length === RUNS.length) ?? null,
    60_000,
  );
  expect([...event.data.runs].sort()).toEqual([...RUNS].sort());
  const opened = told().filter(({ type }) => type === 'dev.offcurve.deviation.opened');
  expect(opened.map(({ data }) => data.kind)).toEqual(['data-event']);
  expect(told().filter(({ data }) => data.run !== null)).toEqual([]);
  await service.call('POST', `/v1/deviations/${event.data.id}/resolve`, {});
  const { items } = (await service.call('GET', '/v1/deviations?status=open&limit=100')).json;
  expect(items).toEqual([]);
});
