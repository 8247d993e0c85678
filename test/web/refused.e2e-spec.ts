// A channel that refuses for good, as a reader of the page sees it: that it does, the reason, and where the message went instead.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type Receiver, startReceiver } from '../http/receiver.js';
import { eventually } from '../http/test-service.js';
import { launchChromium } from './chromium.js';
import { axeFinds, keepPicture, reader } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), 'offcurve-refused-'));
let gone: Receiver;
let spare: Receiver;
let service: ServiceProcess;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  [gone, spare] = await Promise.all([startReceiver(), startReceiver()]);
  gone.answers.push(410, 410);
  const hook = ({ url }: Receiver) => `webhook: { url: "${url}", allow_private: true }`;
  const config = join(folder, 'offcurve.yml');
  writeFileSync(
    config,
    `channels:\n  gone: { ${hook(gone)}, fallback: spare }\n  spare: { ${hook(spare)} }\nroutes: [{ channels: [gone] }]\n`,
  );
  service = await serviceProcess(undefined, { OFFCURVE_CONFIG: config });
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await Promise.all([gone?.close(), spare?.close()]);
  rmSync(folder, { recursive: true });
});

const breakRun = (run: string) =>
  service.send(
    'metrics',
    [1, 2].map((step) => ({ run, step, metrics: { loss: null }, nonfinite: 'nan' })),
  );

it('stands on the page of the deviation with its reason, and in the metrics; the fallback has the message, once', async () => {
  await breakRun('broken');
  await eventually(async () => spare.received.length > 0);
  const { items } = await service.get<{ items: { id: string }[] }>('/v1/deviations?run=broken');
  const { id } = items[0]!;
  await eventually(async () => {
    const sent = await service.get<{ items: { state: string }[] }>(`/v1/deviations/${id}/notifications`);
    return sent.items.every(({ state }) => state !== 'pending');
  });
  const one = await reader(browser, service.url);
  await one.page.goto(`/deviations/${id}`);
  const row = (channel: string) => one.page.locator('tr', { has: one.page.locator(`td:text-is("${channel}")`) });
  await row('gone').getByText('the webhook answered 410').waitFor();
  expect(await row('gone').textContent()).toContain('failed');
  expect(await row('spare').textContent()).toContain('sent');
  expect(one.mishaps).toEqual([]);
  await one.close();
  expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
    /^offcurve_outbox_failed_messages\{channel="gone"\} 1$/m,
  );
  expect([gone.received.length, spare.received.length]).toEqual([1, 1]);
});

it('is told of above the fleet and the deviations, light and dark, until a message gets through', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const one = await reader(browser, service.url, { colorScheme });
    for (const path of ['/', '/deviations']) {
      await one.page.goto(path);
      await one.page.getByRole('link', { name: 'broken' }).first().waitFor();
      const told = one.page.getByRole('alert').filter({ hasText: 'gone' });
      await told.waitFor();
      expect(await told.textContent()).toMatch(
        /^gone \(webhook\) refuses messages since \d.*: the webhook answered 410.*1 went to spare\.$/,
      );
      expect(await axeFinds(one.page)).toEqual([]);
    }
    await keepPicture(one.page, `refused-${colorScheme}`);
    expect(one.mishaps).toEqual([]);
    await one.close();
  }
  const one = await reader(browser, service.url);
  await one.page.goto('/');
  const told = one.page.getByRole('alert').getByText('refuses messages');
  await told.waitFor();
  gone.answers.length = 0;
  await breakRun('another');
  await told.waitFor({ state: 'detached' });
  expect(gone.received).toHaveLength(2);
  await one.close();
});
