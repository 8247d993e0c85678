// A family judged by accuracy: the settings say that higher is better and that it ends at 1, and all that is said is in accuracy.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { normalFrom, seededUniform } from '../../src/core/math/random.js';
import { type TestService, eventually, testService } from '../http/test-service.js';

jest.setTimeout(90_000);

const FAMILY = 'classifiers';
const RECORDS = 40;
const truth = { E: 0.08, A: 40, B: 60, alpha: 0.3, beta: 0.28 };
const missingAt = (params: number, tokens: number): number => chinchilla.loss(truth, { params, tokens, compute: NaN });
const accuracyAt = (params: number, tokens: number): number => 1 - missingAt(params, tokens);

let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-metrics-'));
beforeAll(async () => {
  const config = join(folder, 'offcurve.yml');
  writeFileSync(config, 'metrics:\n  accuracy: { direction: higher, floor: 1 }\n');
  service = await testService({ OFFCURVE_CONFIG: config });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const uniform = seededUniform(11);

/** A run whose accuracy rises to `end`. */
async function ranRun(run: string, params: number, tokens: number, end = accuracyAt(params, tokens)): Promise<void> {
  await service.call('POST', '/v1/runs', { run, family: FAMILY, params, tokens_per_step: tokens / RECORDS });
  const noise = Math.exp(0.002 * normalFrom(uniform));
  const begun = Date.now() / 1000 - RECORDS;
  const records = Array.from({ length: RECORDS }, (_, i) => ({
    ...{ run, step: i + 1, time: begun + i },
    metrics: { accuracy: 1 - (1 - end) * noise * (1 + 0.5 * Math.exp(-i / 4)) },
  }));
  expect((await service.call('POST', '/v1/metrics', records)).status).toBe(202);
  await service.call('POST', '/v1/runs', { run, status: 'finished' });
}

const PLACES = [1e7, 3e7, 1e8, 3e8].flatMap((params) => [1e9, 4e9, 1.6e10].map((tokens) => [params, tokens] as const));
const laws = async () => (await service.call('GET', `/v1/families/${FAMILY}/laws?metric=accuracy`)).json;
const lawOver = (runs: number) =>
  eventually(async () => {
    const { items } = await laws();
    return items[0]?.data.length === runs && items[0];
  }, 60_000);
const plan = (body: object) => service.call('POST', '/v1/plans', { family: FAMILY, metric: 'accuracy', ...body });

it('fits what is left to the floor, and keeps the runs as they were measured', async () => {
  for (const [i, [params, tokens]] of PLACES.entries()) await ranRun(`on-${i}`, params, tokens);
  const law = await lawOver(PLACES.length);
  expect(law.document.metric).toEqual({ direction: 'higher', floor: 1 });
  for (const { params, tokens, loss } of law.data) expect(loss).toBeCloseTo(accuracyAt(params, tokens), 1);
  const { best, runs, sizes, budgets } = (await service.call('GET', `/v1/families/${FAMILY}/picture?metric=accuracy`))
    .json.picture;
  for (const { params, tokens, loss, lower, upper } of best.slice(10, 40)) {
    expect(Math.abs(loss - accuracyAt(params, tokens))).toBeLessThan(0.02);
    expect(lower).toBeLessThan(loss);
    expect(upper).toBeGreaterThan(loss);
  }
  for (const { loss, said, residual } of runs) expect((1 - said) * Math.exp(residual)).toBeCloseTo(1 - loss, 9);
  for (const { loss } of [...sizes, ...budgets].flatMap(({ line }: { line: { loss: number }[] }) => line))
    expect(loss).toBeLessThan(1);
});

it('plans in accuracy: for compute, for dollars, and for an accuracy that is to be reached', async () => {
  const bought = (await plan({ dollars: 50, gpu: 'h100', gpu_hour_usd: 2.5, gpus: 8 })).json;
  // 50 dollars are 20 hours of an H100 at .4 of 989.4 TFLOP/s.
  expect(bought.optimum.compute / (20 * 3600 * 989.4e12 * 0.4)).toBeCloseTo(1, 9);
  expect(bought.optimum.cost.gpu_hours).toBeCloseTo(20, 9);
  expect(bought.optimum.cost.usd).toBeCloseTo(50, 9);
  expect(bought.optimum.cost.days).toBeCloseTo(20 / 8 / 24, 9);
  const { params, tokens, loss, compute } = (await plan({ compute: 1e20 })).json.optimum;
  expect(6 * params * tokens).toBeCloseTo(compute, -8);
  expect(Math.abs(loss - accuracyAt(params, tokens))).toBeLessThan(0.02);
  const reached = (await plan({ target_loss: loss })).json;
  expect(reached.optimum.compute / 1e20).toBeCloseTo(1, 3);
  expect(reached.optimum.loss).toBeCloseTo(loss, 6);
  expect(reached.better.loss).toBeGreaterThan(loss);
  expect(reached.around.every((one: { loss: number }) => one.loss <= loss + 1e-9)).toBe(true);
});

it('refuses an accuracy past what the law can reach, in accuracy', async () => {
  const { status, json } = await plan({ target_loss: 0.9999 });
  expect(status).toBe(400);
  expect(json.errors[0]).toMatchObject({ field: 'target_loss', reason: expect.stringContaining('0.9999') });
  expect(json.errors[0].fix).toContain('below its floor; the best in its table is 0.');
});

it('leaves out a run whose accuracy is past its floor, and says so', async () => {
  await ranRun('per-cent', 1e8, 4e9, 62);
  const left = await eventually(async () => {
    const { left_out: out } = await laws();
    return out.find(({ run }: { run: string }) => run === 'per-cent');
  });
  expect(left.reason).toMatch(/^accuracy ends at 6\d\.?\d*, not short of its floor 1/);
  expect((await laws()).items[0].data).toHaveLength(PLACES.length);
});

it('calls a run whose accuracy lies above the law a breakthrough', async () => {
  const [params, tokens] = [2e8, 8e9];
  await ranRun('breakthrough', params, tokens, 1 - 0.85 * missingAt(params, tokens));
  const off = await eventually(
    async () => (await service.call('GET', '/v1/deviations?kind=off-law')).json.items[0] ?? null,
    60_000,
  );
  expect(off).toMatchObject({ run: 'breakthrough', metric: 'final accuracy', side: 'better' });
  expect(off.observed).toBeGreaterThan(off.expected_upper);
  expect(off.headline).toContain('above it');
  expect(off.expected).toBeCloseTo(accuracyAt(params, tokens), 1);
});

it('fits the law anew without a run that is deleted, whose deviation goes with it', async () => {
  await lawOver(PLACES.length + 1);
  expect((await service.call('DELETE', '/v1/runs/breakthrough')).status).toBe(204);
  const { changes } = await lawOver(PLACES.length);
  expect(changes.removed).toEqual(['breakthrough']);
  expect((await service.call('GET', '/v1/deviations?kind=off-law')).json.items).toEqual([]);
});
