// Runs with odd contents on the page: one point, a late beginning, no loss, values that cannot be judged, names of any script.
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { type Reader, reader } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';

jest.setTimeout(60_000);

/** What no page may say. */
const SLIPS = /\bundefined\b|\[object |\bInvalid |\d(\.\d+)?e\+\d|\b1 (values|runs|points|steps|metrics)\b/;
const LONG = 'a-very-long-name-'.repeat(10);
const SCRIPTS = 'ünïcödé 訓練 🚀 русский עברית';

let service: ServiceProcess;
let browser: Browser;
let one: Reader;

const now = Date.now() / 1000;
const many = (run: string, count: number, metrics: (i: number) => Record<string, number>, first = 1, each = 1) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ run, step: first + i * each, time: now - 10 * (count - i) },
    metrics: metrics(i),
  }));

beforeAll(async () => {
  browser = await launchChromium();
  service = await serviceProcess();
  one = await reader(browser, service.url);
  const late = { run: 'late', family: 'big', params: 1.8e12, planned_steps: 1_125_000, tokens_per_step: 1.6e7 };
  await service.send('runs', [
    { ...late, gpus: 16384, gpu: 'h100' },
    { run: 'announced', family: 'big' },
  ]);
  await service.send('metrics', [
    { run: 'one-point', step: 1, metrics: { loss: 3.2 } },
    { run: 'no-number', step: 1, metrics: { loss: 'NaN' } },
    ...many('late', 100, (i) => ({ loss: 1.9 - i * 1e-5, tokens: 1e13 + 1.6e8 * i, lr: 1e-5 }), 625_000, 10),
    ...many('negative', 40, (i) => ({ loss: 1 - i / 10 })),
    ...many('no-loss', 30, (i) => ({ accuracy: i / 30 })),
    ...many(LONG, 3, () => ({ loss: 2, [`${LONG}metric`]: 1 })),
    ...many(SCRIPTS, 3, () => ({ loss: 2, потеря: 1 })),
  ]);
}, 120_000);
afterEach(() => expect(one.mishaps.splice(0)).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function open(run: string): Promise<string> {
  await one.page.goto(`/runs/${encodeURIComponent(run)}`);
  await one.page.locator('h1', { hasText: run.slice(0, 10) }).waitFor();
  await one.page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
  return (await one.page.locator('main').textContent())!;
}

it.each(['one-point', 'late', 'negative', 'no-loss', 'announced', LONG, SCRIPTS])(
  '%s is told in plain words',
  async (run) => {
    const text = await open(run);
    expect(text).not.toMatch(SLIPS);
    expect(text).not.toContain('NaN');
  },
);

it('a run that begins late is as fast as it is, and has as long to go as it has', async () => {
  const text = await open('late');
  expect(text).toContain('16M tokens/s');
  // (1,125,000 − 625,990) steps at a second each.
  expect(text).toMatch(/5\.[78]\sd left/);
  expect(text).toContain('10.0'); // The tokens of its newest record: 10.0016 trillion, not 1.0e13.
  expect(text).toContain('16,384 × h100');
});

it('what cannot be judged says why', async () => {
  expect(await open('negative')).toContain('not above 0: not judged');
  expect(await open('no-number')).toContain('not a finite number');
  const text = await open('no-loss');
  expect(text).toContain('not judged: name it in the run');
  expect(text).toContain('0.9667');
});

it('an announced run says how its first point is sent', async () => {
  await open('announced');
  expect(await one.page.locator('pre').textContent()).toContain(`${service.url}/v1/metrics`);
});
