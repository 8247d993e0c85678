// Families and plans in Chromium: two planted families, the second twice as good with its compute; a run under way; a slider.
import type { Browser } from 'playwright-core';
import { normalFrom, seededUniform } from '../../src/core/math/random.js';
import { launchChromium } from './chromium.js';
import { type Reader, axeFinds, foreign, keepPicture, reader, until } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';

jest.setTimeout(90_000);

const STEPS = 40;
/** Chinchilla's law with its published exponents; `gain` times the compute of every run is worth as much as it is. */
const law = (params: number, tokens: number, gain: number): number =>
  1.7 + 406 / (params * Math.sqrt(gain)) ** 0.34 + 410 / (tokens * Math.sqrt(gain)) ** 0.28;

const uniform = seededUniform(7);

function runOf(family: string, params: number, tokens: number, { gain = 1, upTo = STEPS } = {}) {
  const run = `${family} ${params} ${tokens}`;
  const end = law(params, tokens, gain) * Math.exp(0.002 * normalFrom(uniform));
  const plan = { run, family, params, planned_steps: STEPS, tokens_per_step: tokens / STEPS };
  const metrics = Array.from({ length: upTo }, (_, i) => ({
    run,
    step: i + 1,
    metrics: { loss: end * (STEPS / (i + 1)) ** 0.1 },
  }));
  return { run, plan, metrics, end: { run, status: 'finished' } };
}

const SIZES = [1e7, 3e7, 1e8, 3e8];
const GRID = SIZES.flatMap((params) => [20, 60].map((each) => [params, each * 1e8] as const));

let service: ServiceProcess;
let browser: Browser;
let one: Reader;

async function send(run: ReturnType<typeof runOf>, finished = true): Promise<void> {
  await service.send('runs', [run.plan]);
  await service.send('metrics', run.metrics);
  if (finished) await service.send('runs', [run.end]);
}

beforeAll(async () => {
  browser = await launchChromium();
  service = await serviceProcess();
  one = await reader(browser, service.url);
});
afterEach(() => {
  expect(one.mishaps.splice(0)).toEqual([]);
  expect(foreign(one.requests, service.url)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const figure = (title: string) => one.page.locator('figure', { has: one.page.locator(`h2:text-is("${title}")`) });

describe('a family', () => {
  it('without a law says what it lacks, and shows the law as soon as one is fitted', async () => {
    const { page } = one;
    await page.goto('/plan');
    await page.getByRole('heading', { name: 'No family has a law to plan by yet' }).waitFor();
    await page.goto('/families');
    await page.getByRole('heading', { name: 'No run names its family yet' }).waitFor();
    await send(runOf('web text', 1e7, 2e8));
    await page.goto('/families/web%20text');
    await page.getByRole('heading', { name: 'The family has no law yet' }).waitFor();
    await page.locator('.trust li', { hasText: '3 more finished runs' }).waitFor();
    for (const [params, tokens] of GRID) await send(runOf('web text', params, tokens));
    await figure('loss by compute').waitFor({ timeout: 40_000 });
  });

  it('shows its law with every run, each with what the law says of it', async () => {
    const { page } = one;
    await page.locator('summary', { hasText: 'The 9 runs behind it' }).waitFor({ timeout: 40_000 });
    for (const title of ['Residuals', 'isoFLOP']) expect(await figure(title).count()).toBe(1);
    await page.getByRole('heading', { name: 'How far to trust it' }).waitFor();
    await figure('loss by compute').locator('.plot').focus();
    await page.keyboard.press('ArrowRight');
    expect(await figure('loss by compute').locator('.readout').textContent()).toMatch(
      /^web text 10000000 200000000: loss \d\.\d+, the law says \d\.\d+ \(/,
    );
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs/web%20text%2010000000%20200000000');
    // A finished run says what was measured at its end, with what had been forecast for it.
    const end = page.locator('.big', { hasText: 'Final loss, measured' });
    await end.waitFor();
    expect(await end.textContent()).toMatch(
      /\d\.\d+the last value, at step \d+\. (No forecast was made|Forecast at step)/,
    );
    await page.goBack();
    await figure('loss by compute').waitFor();
  });

  it('places a run under way on the law, with what the law says of its end', async () => {
    const under = runOf('web text', 1e8, 4e9, { upTo: 25 });
    await send(under, false);
    const row = one.page.locator('section', { hasText: 'Runs under way' }).locator('tr', { hasText: under.run });
    await row.waitFor({ timeout: 20_000 });
    expect(await row.textContent()).toMatch(/100M · 4B/);
    expect(await row.textContent()).toMatch(/neither: balanced|params: under|tokens: over/);
  });

  it('stands beside another family with the planted compute multiplier within its interval, by an address', async () => {
    const { page } = one;
    for (const [params, tokens] of GRID) await send(runOf('filtered text', params, tokens, { gain: 2 }));
    await page.getByLabel('Beside').selectOption('filtered text', { timeout: 40_000 });
    await page.waitForURL('**with=filtered+text');
    const rows = page.locator('section', { hasText: 'Compute multiplier' }).locator('tbody tr');
    await rows.first().waitFor();
    const cells = await rows.first().locator('td').allTextContents();
    const [lower, upper] = cells[3]!.match(/[\d.]+/g)!.map(Number);
    expect(lower).toBeLessThan(2);
    expect(upper).toBeGreaterThan(2);
    expect(Number.parseFloat(cells[2]!)).toBeGreaterThan(1.4);
    expect(Number.parseFloat(cells[2]!)).toBeLessThan(2.8);
    await page.getByText('filtered text needs less compute for the same loss.').waitFor();
    await keepPicture(page, 'family-beside');
    await page.goBack();
    await until(page, '!location.search.includes("with")');
    await page.locator('.name', { hasText: '100M' }).first().waitFor();
  });

  it('keeps its versions: a newer one comes by itself, an older one by the address', async () => {
    const { page } = one;
    await send(runOf('web text', 6e8, 1.2e10));
    await page.locator('select option', { hasText: '10 runs' }).waitFor({ state: 'attached', timeout: 40_000 });
    await page.locator('summary', { hasText: 'The 10 runs behind it' }).waitFor();
    await page.getByRole('combobox', { name: 'Version' }).selectOption({ index: 2 });
    await page.waitForURL(/version=\d+/);
    await page.locator('summary', { hasText: /The \d runs behind it/ }).waitFor();
    await keepPicture(page, 'family');
  });
});

describe('a plan', () => {
  it('follows the slider, and its address opens the same plan elsewhere', async () => {
    const { page } = one;
    await page.goto('/plan?family=web%20text');
    const params = page.locator('dl div', { hasText: 'Parameters' }).locator('dd').first();
    await params.waitFor();
    const before = await params.textContent();
    const slider = page.getByRole('slider', { name: /^Budget/ });
    await slider.focus();
    await page.keyboard.press('PageUp');
    await page.waitForURL(/budget=/);
    await until(page, `document.querySelector('[aria-label="The plan"] dl').textContent !== ''`);
    await page.locator('[aria-label="The plan"][aria-busy="false"]').waitFor();
    const after = await params.textContent();
    expect(after).not.toBe(before);
    const other = await reader(browser, service.url);
    await other.page.goto(page.url());
    const there = other.page.locator('dl div', { hasText: 'Parameters' }).locator('dd').first();
    await there.waitFor();
    expect(await there.textContent()).toBe(after);
    await other.close();
  });

  it('prices a budget in dollars, says what better costs, and which axis holds a run of one’s own back', async () => {
    const { page } = one;
    await page.goto('/plan?family=web%20text&by=dollars&gpu=h100&usd=2&budget=20000&better=0.02&params=2B&tokens=1B');
    await page.getByRole('heading', { name: 'Your run: tokens bind, over-parameterised' }).waitFor();
    await page.locator('dl div', { hasText: 'Costs' }).locator('dd', { hasText: '$20,000' }).waitFor();
    await page.getByRole('heading', { name: 'What 2.0 % better costs' }).waitFor();
    await page.locator('tr', { hasText: 'Tokens alone' }).locator('b', { hasText: /^\+\d/ }).waitFor();
    await page.locator('.notice', { hasText: 'no evidence' }).waitFor();
    await keepPicture(page, 'plan');
    await page.getByRole('button', { name: 'Target loss' }).click();
    await page.waitForURL(/by=target_loss/);
    await page.goBack();
    await page.waitForURL(/by=dollars/);
  });
});

describe('axe-core finds nothing', () => {
  it.each([
    ['the families', '/families', {}],
    ['a family', '/families/web%20text?with=filtered%20text', {}],
    ['a family in the dark', '/families/web%20text', { colorScheme: 'dark' as const }],
    ['a family on a phone', '/families/web%20text', { viewport: { width: 390, height: 844 } }],
    ['a plan', '/plan?params=2B&tokens=1B', {}],
    ['a plan in the dark on a phone', '/plan', { colorScheme: 'dark' as const, viewport: { width: 390, height: 844 } }],
  ])('in %s, which is no wider than its window', async (name, path, options) => {
    const other = await reader(browser, service.url, options);
    await other.page.goto(path);
    await until(other.page, 'document.querySelector("main").textContent.length > 200');
    expect(await axeFinds(other.page)).toEqual([]);
    expect(
      await other.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBeLessThanOrEqual(0);
    expect(other.mishaps).toEqual([]);
    await keepPicture(other.page, name.replaceAll(' ', '-'));
    await other.close();
  });
});
