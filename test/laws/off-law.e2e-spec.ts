// A finished run far off its family's law: a deviation of the family, priced, told to the channels, over when the law agrees.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { normalFrom, seededUniform } from '../../src/core/math/random.js';
import { type Receiver, startReceiver } from '../http/receiver.js';
import { type TestService, eventually, testService } from '../http/test-service.js';

jest.setTimeout(90_000);

const FAMILY = 'planted';
const RECORDS = 40;
const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const lossOf = (params: number, tokens: number): number => chinchilla.loss(truth, { params, tokens, compute: NaN });

let hook: Receiver;
let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-off-law-'));

beforeAll(async () => {
  hook = await startReceiver();
  const config = join(folder, 'offcurve.yml');
  const channel = `{ webhook: { url: "${hook.url}", secret: "a-secret-of-the-tests", allow_private: true } }`;
  writeFileSync(config, `channels:\n  hook: ${channel}\nroutes:\n  - { kinds: [off-law], channels: [hook] }\n`);
  service = await testService({ OFFCURVE_CONFIG: config });
});
afterAll(async () => {
  await service?.stop();
  await hook?.close();
  rmSync(folder, { recursive: true });
});

const uniform = seededUniform(7);

/** A run that ends `factor` times above its law: announced, forty records of the last minutes, finished. */
async function ranRun(run: string, params: number, tokens: number, factor = 1): Promise<void> {
  const metadata = { family: FAMILY, params, tokens_per_step: tokens / RECORDS, gpus: 8, gpu: 'h100', gpu_hour_usd: 2 };
  await service.call('POST', '/v1/runs', { run, ...metadata });
  const end = lossOf(params, tokens) * factor * Math.exp(0.002 * normalFrom(uniform));
  const begun = Date.now() / 1000 - RECORDS;
  const records = Array.from({ length: RECORDS }, (_, i) => ({
    ...{ run, step: i + 1, time: begun + i },
    metrics: { loss: end * (1 + 0.3 * Math.exp(-i / 4)) },
  }));
  expect((await service.call('POST', '/v1/metrics', records)).status).toBe(202);
  await service.call('POST', '/v1/runs', { run, status: 'finished' });
}

const PLACES = [1e8, 2e8, 4e8, 8e8].flatMap((params) => [2e9, 6e9, 1.8e10].map((tokens) => [params, tokens] as const));
const offLaw = async (run: string) =>
  (await service.call('GET', `/v1/deviations?kind=off-law&run=${run}`)).json.items[0] ?? null;
const lawOver = (runs: number) =>
  eventually(async () => {
    const { items } = (await service.call('GET', `/v1/families/${FAMILY}/laws?metric=loss`)).json;
    return items[0]?.data.length === runs && items[0];
  }, 60_000);

it('calls nothing off while all runs lie on their law', async () => {
  for (const [i, [params, tokens]] of PLACES.entries()) await ranRun(`on-${i}`, params, tokens);
  await lawOver(PLACES.length);
  expect((await service.call('GET', '/v1/deviations?kind=off-law')).json.items).toEqual([]);
});

it('calls a run a tenth below its law a breakthrough and one a tenth above a limit, priced in compute, and tells of both', async () => {
  await ranRun('breakthrough', 6e8, 1.2e10, 0.9);
  await ranRun('limit', 3e8, 9e9, 1.1);
  const better = await eventually(() => offLaw('breakthrough'), 60_000);
  const worse = await eventually(() => offLaw('limit'), 60_000);
  const real = lossOf(6e8, 1.2e10);
  expect(better).toMatchObject({
    ...{ run: 'breakthrough', family: FAMILY, metric: 'final loss', kind: 'off-law', side: 'better', status: 'open' },
    headline: expect.stringContaining('broke through the law of its family'),
  });
  expect(Math.abs(better.expected / real - 1)).toBeLessThan(0.02);
  expect(better.observed).toBeLessThan(better.expected_lower);
  expect(better.sigma).toBeLessThan(-5);
  // A run on the law takes several times the compute for this loss: the share that was lost lies below nothing.
  expect(better.price.compute_share.upper).toBeLessThan(-1);
  expect(worse).toMatchObject({ side: 'worse', metric: 'final loss' });
  const { compute_share: share, tokens, usd } = worse.price;
  expect(share.lower).toBeGreaterThan(0.3);
  expect(share.upper).toBeLessThan(0.9);
  expect(tokens.value).toBeCloseTo(share.value * 9e9, -7);
  expect(usd.value).toBeGreaterThan(0);
  expect(worse.evidence[0]).toContain('other runs says');
  const told = await eventually(async () => {
    const ids = hook.received.map(({ json }) => json.data.id);
    return [better.id, worse.id].every((id) => ids.includes(id)) && hook.received;
  });
  expect(told.every(({ json }) => json.type === 'dev.offcurve.deviation.opened')).toBe(true);
});

it('stays quiet about a run that a person has resolved, and ends one that later runs bear out', async () => {
  const { id } = await offLaw('limit');
  await service.call('POST', `/v1/deviations/${id}/resolve`, {});
  // Runs like the breakthrough on either side of it: the law is no longer that sharp.
  for (const [i, params] of [2e8, 4e8, 6e8, 8e8, 1e9].entries())
    for (const tokens of [4e9, 1.2e10]) await ranRun(`like-${i}-${tokens}`, params, tokens, 0.9);
  const over = await eventually(async () => {
    const now = await offLaw('breakthrough');
    return now.status === 'resolved' && now;
  }, 60_000);
  expect(over.resolved_by).toBeNull();
  const again = await offLaw('limit');
  expect(again).toMatchObject({ id, status: 'resolved' });
  expect((await service.call('GET', '/v1/deviations?kind=off-law&run=limit')).json.items).toHaveLength(1);
});
