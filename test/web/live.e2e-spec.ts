// The page while things happen: points stream in, the service is killed and comes back, tokens are asked for, ten thousand runs.
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { type Reader, axeFinds, foreign, reader } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';

jest.setTimeout(90_000);

const point = (run: string, step: number) => ({ run, step, metrics: { loss: 3 + 1 / step } });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

describe('an open page', () => {
  let service: ServiceProcess;
  let fleet: Reader;
  let run: Reader;
  beforeAll(async () => {
    service = await serviceProcess();
    await service.send(
      'metrics',
      range(1, 50).map((step) => point('streaming', step)),
    );
    fleet = await reader(browser, service.url);
    run = await reader(browser, service.url);
    await fleet.page.goto('/');
    await run.page.goto('/runs/streaming?sofar=1');
    await Promise.all([fleet, run].map(({ page }) => page.locator('.live.connected').waitFor()));
  });
  afterAll(() => service?.stop());

  const shows = (step: number) =>
    Promise.all([
      fleet.page.locator('.fleet-row', { hasText: `step ${step}` }).waitFor(),
      run.page.locator('.readout', { hasText: `newest: step ${step} ·` }).waitFor(),
    ]);

  it('shows each new point as it arrives', async () => {
    await shows(50);
    for (const step of [51, 52, 60]) {
      await service.send('metrics', [point('streaming', step)]);
      await shows(step);
    }
  });

  it('says that the connection is lost when the service is killed, and misses nothing once it is back', async () => {
    await service.kill();
    await Promise.all([fleet, run].map(({ page }) => page.locator('.live.lost').waitFor()));
    await service.start();
    // At once, so that the pages are not yet connected.
    await service.send(
      'metrics',
      range(61, 90).map((step) => point('streaming', step)),
    );
    await service.send('metrics', [point('born meanwhile', 1)]);
    await shows(90);
    await fleet.page.getByRole('link', { name: 'born meanwhile' }).waitFor();
    await Promise.all([fleet, run].map(({ page }) => page.locator('.live.connected').waitFor()));
    await service.send('metrics', [point('streaming', 91)]);
    await shows(91);
    expect([...fleet.mishaps, ...run.mishaps]).toEqual([]);
    expect(foreign([...fleet.requests, ...run.requests], service.url)).toEqual([]);
  });

  it('keeps a run that came up while the list was being read', async () => {
    const { page, close } = await reader(browser, service.url);
    let release!: () => void;
    const held = new Promise<void>((go) => (release = go));
    await page.route(/\/v1\/runs\?/, async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      await held;
      // One that the page no longer waits for cannot be answered.
      await route.fulfill({ response, body }).catch(() => undefined);
    });
    await page.goto('/');
    await page.locator('.live.connected').waitFor();
    await service.send('metrics', [point('came up', 1)]);
    await page.getByRole('link', { name: 'came up' }).waitFor();
    release();
    await page.getByRole('link', { name: 'streaming' }).waitFor();
    // By the time that this one is shown, the list is whole.
    await service.send('metrics', [point('later', 1)]);
    await page.getByRole('link', { name: 'later' }).waitFor();
    expect(await page.getByRole('link', { name: 'came up' }).count()).toBe(1);
    await close();
  });

  it('scrolls through ten thousand runs, drawing only those in view', async () => {
    for (const thousand of range(0, 9))
      await service.send(
        'runs',
        range(0, 999).map((i) => ({ run: `many-${String(1000 * thousand + i).padStart(5, '0')}`, project: 'many' })),
      );
    const { page } = fleet;
    await page.goto('/?project=many');
    await page.locator('.tally', { hasText: '10,000 of' }).waitFor();
    expect(await page.locator('.fleet-row').count()).toBeLessThan(60);
    await page.keyboard.press('End');
    await page.getByRole('link', { name: 'many-09999' }).waitFor();
    expect(await page.locator('.fleet-row').count()).toBeLessThan(60);
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('many-04321');
    await page.getByRole('link', { name: 'many-04321' }).waitFor();
  });
});

describe('a service with tokens', () => {
  const read = 'a-token-for-reading-only';
  const all = 'a-token-for-everything';
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await serviceProcess({ all: `eve:read:${read},ops:ingest+read+operate:${all}`, own: all });
    await service.send('metrics', [point('kept behind tokens', 1)]);
  });
  afterAll(() => service?.stop());

  it('asks for one, says when it is not accepted, and is live once it is', async () => {
    const { page, mishaps, close } = await reader(browser, service.url);
    await page.goto('/runs/kept%20behind%20tokens');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await axeFinds(page)).toEqual([]);
    await page.getByLabel('Token').fill('not-the-token-at-all');
    await page.keyboard.press('Enter');
    await page.getByText('That token was not accepted.').waitFor();
    await page.getByLabel('Token').fill(read);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'kept behind tokens' }).waitFor();
    await page.locator('.live.connected').waitFor();
    await service.send('metrics', [point('kept behind tokens', 2)]);
    await page.locator('.readout', { hasText: 'newest: step 2 ·' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'kept behind tokens' }).waitFor();
    expect(mishaps).toEqual([]);
    await close();
  });
});
