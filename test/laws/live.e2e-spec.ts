// Laws through the service: runs of the sweep go in, a law comes out, grows a version, and answers plans.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Socket, io } from 'socket.io-client';
import type { LawRow } from '../../src/forecast/laws/family-law.js';
import { readRun, send } from '../../scripts/send-runs.mjs';
import { type TestService, eventually, testService } from '../http/test-service.js';

const root = join(__dirname, '../..');
const SIZES = ['12k', '35k', '99k', '218k', '475k'];
/** The grid of five sizes and two amounts of data; every eighth record is enough of each run. */
const FIRST = SIZES.flatMap((size) => [`${size}-1m`, `${size}-2m`]);
const THINNED = 8;

jest.setTimeout(60_000);

let service: TestService;
let socket: Socket;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-laws-'));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says itself what it expects
const told: any[] = [];

beforeAll(async () => {
  service = await testService();
  socket = io(`${service.url}/live`, { transports: ['websocket'], reconnection: false, forceNew: true });
  await new Promise((resolve) => socket.once('connect', () => resolve(null)));
  await socket.emitWithAck('watch', { family: 'sqlite-bytes' });
  socket.on('law', (law) => told.push(law));
});
afterAll(async () => {
  socket?.disconnect();
  await service?.stop();
  rmSync(folder, { recursive: true });
});

async function sendRun(run: string, upTo?: number): Promise<void> {
  const items = await readRun(join(root, `examples/sweep/runs/${run}.jsonl.gz`), { upTo });
  const thinned = items.filter(({ kind, body }) => {
    const step = body.step as number;
    return kind === 'runs' || step % THINNED === 0 || 'val_loss' in (body.metrics as object);
  });
  await send(service.url, thinned);
}

const lawsOf = async (family: string, query = '') =>
  (await service.call('GET', `/v1/families/${family}/laws${query}`)).json;
const plan = (body: object) => service.call('POST', '/v1/plans', body);

it('says what a family with too few runs lacks, and plans nothing by it', async () => {
  await sendRun('12k-1m-no-shift');
  const few = await lawsOf('sqlite-bytes-no-shift');
  expect(few.items).toEqual([]);
  expect(few.missing).toContain('loss: 3 more finished runs (1 of at least 4 usable)');
  expect(few.missing).toContain('loss: runs of another size N');
  const refused = await plan({ family: 'sqlite-bytes-no-shift', compute: 1e12 });
  expect(refused.status).toBe(409);
  expect(refused.json.errors[0]).toMatchObject({
    field: 'family',
    fix: expect.stringContaining('3 more finished runs'),
  });
  expect((await service.call('GET', '/v1/families/none/laws')).status).toBe(404);
});

it('fits the law of a family within seconds of its runs, with the parameters of `offcurve fit` on the same table', async () => {
  for (const run of FIRST) await sendRun(run);
  const law = await eventually(async () => {
    const { items } = await lawsOf('sqlite-bytes', '?metric=loss');
    return items[0]?.data.length === FIRST.length ? items[0] : null;
  });
  expect(law).toMatchObject({
    family: 'sqlite-bytes',
    metric: 'loss',
    document: { law: 'auto', points: FIRST.length },
  });
  // The law's own data are those of the committed sweep, up to the noise of reading every eighth record only.
  const results = readFileSync(join(root, 'examples/sweep/results.csv'), 'utf8').trim().split('\n').slice(1);
  const published = new Map(results.map((line) => [line.split(',')[0], line.split(',')] as const));
  for (const { run, params, tokens, loss } of law.data) {
    expect([params, tokens]).toEqual([Number(published.get(run)![3]), Number(published.get(run)![5])]);
    expect(Math.abs(loss / Number(published.get(run)![6]) - 1)).toBeLessThan(0.05);
  }
  const table = join(folder, 'table.csv');
  const line = ({ params, tokens, loss }: Record<string, number>): string => [params, tokens, loss].join(',');
  writeFileSync(table, `params,tokens,loss\n${law.data.map(line).join('\n')}\n`);
  const fitted = spawnSync(process.execPath, [
    join(root, 'bin/offcurve.js'),
    'fit',
    table,
    '--bootstrap',
    '10',
    '--json',
  ]);
  const { parameters } = JSON.parse(String(fitted.stdout));
  for (const [name, value] of Object.entries<number>(parameters))
    expect(law.document.parameters[name] / value).toBeCloseTo(1, 9);
  await eventually(async () => told.some(({ metric, version }) => metric === 'loss' && version === law.version));
});

it('writes a new version when a run ends, compared with the one before, and none when nothing changed', async () => {
  const before = (await lawsOf('sqlite-bytes', '?metric=loss')).items[0];
  await sendRun('475k-4m');
  const law = await eventually(async () => {
    const { items } = await lawsOf('sqlite-bytes', '?metric=loss');
    return items[0].data.some(({ run }: { run: string }) => run === '475k-4m') && items[0];
  });
  const { changes } = law;
  expect(changes.moves).toHaveLength(Object.keys(law.document.parameters).length);
  for (const { parameter, before: old, now, errors } of changes.moves) {
    const since = changes.since === before.version ? before : await versionOf(changes.since);
    expect([old, now]).toEqual([since.document.parameters[parameter], law.document.parameters[parameter]]);
    expect(errors).toBeCloseTo((now - old) / since.document.standard_errors[parameter], 6);
  }
  expect(changes.summary).toMatch(/standard error/);
  // The same announcement again changes nothing.
  await service.call('POST', '/v1/runs', { run: '475k-4m', status: 'finished' });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect((await lawsOf('sqlite-bytes', '?metric=loss')).items[0].version).toBe(law.version);
});

const versionOf = async (version: number) =>
  (await lawsOf('sqlite-bytes', '?metric=loss&limit=100')).items.find(
    (law: { version: number }) => law.version === version,
  );

it('answers a plan by the newest law, and names the field of what it cannot answer', async () => {
  const { status, json } = await plan({
    ...{ family: 'sqlite-bytes', gpu_hours: 0.001, gpu: 'h100', gpu_hour_usd: 2.5, params: 475_000, tokens: 1e6 },
    tokens_now: 5e5,
  });
  expect(status).toBe(200);
  const { optimum, machine, own, what_if: options } = json;
  expect(optimum.compute).toBeCloseTo(0.001 * 3600 * machine.peak_flops * machine.mfu, -3);
  expect(6 * optimum.params * optimum.tokens).toBeCloseTo(optimum.compute, -5);
  expect(optimum.cost.usd).toBeCloseTo(0.0025, 9);
  expect(own.verdict).toBe('over-parameterised');
  expect(options.stop_now.loss).toBeGreaterThan(options.extended.loss);
  const fieldOf = async (body: object) => {
    const answer = await plan(body);
    return [answer.status, answer.json.errors.map(({ field }: { field: string }) => field)];
  };
  expect(await fieldOf({ family: 'sqlite-bytes' })).toEqual([400, ['compute']]);
  expect(await fieldOf({ family: 'sqlite-bytes', compute: -1 })).toEqual([400, ['compute']]);
  expect(await fieldOf({ family: 'sqlite-bytes', dollars: 5 })).toEqual([400, ['gpu', 'gpu_hour_usd']]);
  expect(await fieldOf({ family: 'sqlite-bytes', gpu_hours: 5, gpu: 'abacus' })).toEqual([400, ['gpu']]);
  expect(await fieldOf({ family: 'sqlite-bytes', target_loss: 1e-6 })).toEqual([400, ['target_loss']]);
  expect(await fieldOf({ family: 'sqlite-bytes', metric: 'bleu', compute: 1e12 })).toEqual([404, ['metric']]);
  expect(await fieldOf({ family: 'sqlite-bytes', version: 999, compute: 1e12 })).toEqual([404, ['version']]);
  expect(await fieldOf({ family: 'none', compute: 1e12 })).toEqual([404, ['family']]);
});

it('says of a running run whether it is too large for its compute, and by how much', async () => {
  await service.call('POST', '/v1/runs', {
    ...{ run: 'too-large', family: 'sqlite-bytes', params: 4_750_000, planned_tokens: 1e6, tokens_per_step: 1024 },
  });
  await service.call('POST', '/v1/metrics', { run: 'too-large', step: 1, metrics: { loss: 5.4 } });
  const { running, items } = await lawsOf('sqlite-bytes', '?metric=loss');
  const verdict = running.find(({ run }: { run: string }) => run === 'too-large');
  expect(verdict).toMatchObject({ verdict: 'over-parameterised', binds: 'tokens', tokens: 1e6 });
  const { optimum } = (await plan({ family: 'sqlite-bytes', compute: 6 * 4.75e6 * 1e6 })).json;
  expect(verdict.size_ratio).toBeCloseTo(4.75e6 / optimum.params, 3);
  expect(items[0].data.map(({ run }: { run: string }) => run)).not.toContain('too-large');
  await service.call('DELETE', '/v1/runs/too-large');
});

it("prices by the share of the peak that the family's own runs reached on such GPUs, where the question names none", async () => {
  const ask = async (body: object) =>
    (await plan({ family: 'sqlite-bytes', compute: 1e13, gpu: 'a100', ...body })).json.machine;
  expect(await ask({})).toMatchObject({ mfu: 0.4, mfu_source: 'usual' });
  // A run of ten million parameters, 40 steps of 2^20 tokens, a step in two seconds: 6·N·D over two A100s' peak.
  const metadata = { family: 'sqlite-bytes', params: 1e7, tokens_per_step: 2 ** 20, gpus: 2, gpu: 'A100' };
  await service.call('POST', '/v1/runs', { run: 'timed', ...metadata });
  const begun = Date.now() / 1000 - 80;
  const records = Array.from({ length: 40 }, (_, i) => ({
    ...{ run: 'timed', step: i + 1, time: begun + 2 * i },
    metrics: { loss: 3 - i / 40 },
  }));
  await service.call('POST', '/v1/metrics', records);
  const learnt = await ask({});
  expect(learnt.mfu).toBeCloseTo((6 * 1e7 * 2 ** 20) / 2 / (2 * 312e12), 4);
  expect(learnt.mfu_source).toBe('median of 1 run of the family');
  expect(await ask({ mfu: 0.3 })).toMatchObject({ mfu: 0.3, mfu_source: 'given' });
  await service.call('DELETE', '/v1/runs/timed');
});

it('lists the families with the newest law of each metric', async () => {
  const { items } = (await service.call('GET', '/v1/families')).json;
  expect(items.map(({ id }: { id: string }) => id)).toEqual(['sqlite-bytes', 'sqlite-bytes-no-shift']);
  expect(items[0]).toMatchObject({ runs: FIRST.length + 1, finished: FIRST.length + 1 });
  expect(items[0].laws.map(({ metric }: { metric: string }) => metric)).toContain('loss');
});

it('two instances with the same news write each version once', async () => {
  const second = await testService({ DATABASE_URL: service.databaseUrl });
  try {
    const before = (await lawsOf('sqlite-bytes', '?metric=loss')).items[0];
    await sendRun('218k-4m');
    // The second hears of it as it would of its own partition's runs.
    await second.call('POST', '/v1/runs', { run: '218k-4m', status: 'finished', tags: ['again'] });
    await eventually(async () => {
      const { items } = await lawsOf('sqlite-bytes', '?metric=loss');
      return items[0].data.length === before.data.length + 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const { items } = await lawsOf('sqlite-bytes', '?metric=loss&limit=100');
    const seen = items.map((law: { digest: string }) => law.digest);
    expect(new Set(seen).size).toBe(seen.length);
  } finally {
    await second.stop();
  }
});

it('counts a running run that is far enough by its forecast, and by its end once it is there', async () => {
  const rowOf = (from: string) =>
    eventually(async () => {
      const { items } = await lawsOf('sqlite-bytes', '?metric=loss');
      return items[0].data.find((row: LawRow) => row.run === '99k-4m' && row.from === from) ?? null;
    }, 30_000);
  // 3,600 of its 4,000 steps.
  await sendRun('99k-4m', 3_600);
  const forecast = await rowOf('forecast');
  await sendRun('99k-4m');
  const end = await rowOf('end');
  expect([forecast.params, forecast.tokens]).toEqual([end.params, end.tokens]);
  // Every eighth record only: the end itself is read off fifteen noisy values.
  expect(Math.abs(forecast.loss / end.loss - 1)).toBeLessThan(0.05);
});
