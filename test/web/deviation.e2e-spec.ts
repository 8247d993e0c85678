// A deviation's page in Chromium: a shift that lasts until the forecast takes over its level, and what a reader is told then.
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { type Reader, axeFinds, keepPicture, reader, until } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';
import { sweepRun } from './sweep-run.js';

jest.setTimeout(60_000);

const SHIFTED = '35k-2m-t04';
const LAST = 2000;

interface Found {
  id: string;
  kind: string;
  expected: number;
}

let service: ServiceProcess;
let browser: Browser;
let one: Reader;
let records: Awaited<ReturnType<typeof sweepRun>>['records'];
let found: Found;

beforeAll(async () => {
  browser = await launchChromium();
  service = await serviceProcess();
  one = await reader(browser, service.url);
  const run = await sweepRun(SHIFTED, { upTo: LAST });
  records = run.records;
  await service.send('runs', [run.announcement]);
  await service.send('metrics', records.slice(0, 1900));
  const { items } = await service.get<{ items: Found[] }>(`/v1/deviations?run=${SHIFTED}&status=open`);
  found = items.find(({ kind }) => kind === 'shift')!;
}, 120_000);
afterEach(() => expect(one.mishaps.splice(0)).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const fact = (name: string) => one.page.locator('.figures > div', { has: one.page.locator(`dt:text-is("${name}")`) });
const numberOf = async (name: string): Promise<number> =>
  Number.parseFloat((await fact(name).locator('dd').textContent())!);

it('tells what was expected before and what is expected now, once the forecast has taken over the new level', async () => {
  const { page } = one;
  await page.goto(`/deviations/${found.id}`);
  await fact('Expected now').waitFor();
  const [before, now] = [await numberOf('Expected before'), await numberOf('Expected now')];
  expect(before).toBeCloseTo(found.expected, 2);
  // The level rose by about a fifth, and stayed there.
  expect(now / before).toBeGreaterThan(1.1);
  await until(page, '/expected/.test(document.querySelector(".readout")?.textContent)');
  const readout = (await page.locator('.readout').first().textContent())!;
  expect(Number(/expected ([\d.]+)/.exec(readout)![1])).toBeCloseTo(now, 1);
  await page.getByText('the forecast goes on from its new level').waitFor();
});

it('draws no step that the run has not taken', async () => {
  const { page } = one;
  const plot = page.locator('figure', { has: page.locator('h2:text-is("loss")') });
  const over = (await plot.locator('.u-over').boundingBox())!;
  await page.mouse.move(over.x + over.width - 2, over.y + over.height / 2);
  const text = (await plot.locator('.readout').textContent())!;
  const step = Number(/step ([\d,]+)/.exec(text)![1]!.replace(',', ''));
  expect(step).toBeGreaterThan(1890);
  expect(step).toBeLessThanOrEqual(1900);
});

it('is acknowledged and snoozed by keys alone', async () => {
  const { page } = one;
  await page.goto(`/deviations/${found.id}`);
  await page.getByRole('button', { name: 'Acknowledge' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.head .badge', { hasText: 'acknowledged' }).waitFor();
  await page.getByRole('combobox', { name: 'Snooze' }).focus();
  await page.keyboard.type('8');
  await page.locator('.head .badge', { hasText: 'snoozed' }).waitFor();
});

it('says that it ended with its run where it did not come back', async () => {
  const { page } = one;
  await service.send('metrics', records.slice(1900));
  await service.send('runs', [{ run: SHIFTED, status: 'finished' }]);
  await page.getByText('The run ended with it: it did not come back to its curve.').waitFor();
  await fact('Expected at the end').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^over: /);
});

it.each([
  ['', {}],
  [' in the dark on a phone', { colorScheme: 'dark' as const, viewport: { width: 390, height: 844 } }],
])('has nothing that axe-core finds%s, and is no wider than its window', async (where, options) => {
  const other = await reader(browser, service.url, options);
  for (const [name, path] of [
    ['one', `/deviations/${found.id}`],
    ['all', '/deviations'],
  ] as const) {
    await other.page.goto(path);
    await until(other.page, `document.querySelector("main").textContent.includes("shift")`);
    expect(await axeFinds(other.page)).toEqual([]);
    const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await other.page.evaluate(wider)).toBeLessThanOrEqual(0);
    await keepPicture(other.page, `deviation-${name}${where.replaceAll(' ', '-')}`);
  }
  expect(other.mishaps).toEqual([]);
  await other.close();
});
