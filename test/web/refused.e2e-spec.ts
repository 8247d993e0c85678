// A channel that refuses for good, as a reader of the page sees it: the reason, and where the message went instead.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Receiver, startReceiver } from '../http/receiver.js';
import { eventually } from '../http/test-service.js';
import { launchChromium } from './chromium.js';
import { reader } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), 'offcurve-refused-'));
let gone: Receiver;
let spare: Receiver;
let service: ServiceProcess;
beforeAll(async () => {
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
  await service?.stop();
  await Promise.all([gone?.close(), spare?.close()]);
  rmSync(folder, { recursive: true });
});

it('stands on the page of the deviation with its reason, and in the metrics; the fallback has the message, once', async () => {
  await service.send(
    'metrics',
    [1, 2].map((step) => ({ run: 'broken', step, metrics: { loss: null }, nonfinite: 'nan' })),
  );
  await eventually(async () => spare.received.length > 0);
  const { items } = await service.get<{ items: { id: string }[] }>('/v1/deviations?run=broken');
  const { id } = items[0]!;
  await eventually(async () => {
    const sent = await service.get<{ items: { state: string }[] }>(`/v1/deviations/${id}/notifications`);
    return sent.items.every(({ state }) => state !== 'pending');
  });
  const browser = await launchChromium();
  try {
    const one = await reader(browser, service.url);
    await one.page.goto(`/deviations/${id}`);
    const row = (channel: string) => one.page.locator('tr', { has: one.page.locator(`td:text-is("${channel}")`) });
    await row('gone').getByText('the webhook answered 410').waitFor();
    expect(await row('gone').textContent()).toContain('failed');
    expect(await row('spare').textContent()).toContain('sent');
    expect(one.mishaps).toEqual([]);
  } finally {
    await browser.close();
  }
  expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
    /^offcurve_outbox_failed_messages\{channel="gone"\} 1$/m,
  );
  expect([gone.received.length, spare.received.length]).toEqual([1, 1]);
});
