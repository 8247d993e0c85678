// Alertmanager on the real program: a deviation fires until it is resolved, as one alert whatever changes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receipt } from '../../src/alerting/outbox-message.js';
import { AlertmanagerChannel } from '../../src/outbound/chat/alertmanager/alertmanager-channel.js';
import { message, shift, tools } from './sample.js';

interface Notice {
  status: string;
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string>; startsAt: string }[];
}
const notices: Notice[] = [];
let heard: () => void = () => undefined;
const hook = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    notices.push(JSON.parse(Buffer.concat(pieces).toString()) as Notice);
    response.end();
    heard();
  });
});
let server: { url: string; stop(): Promise<void> };
let channel: AlertmanagerChannel;
beforeAll(async () => {
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { startAlertmanager } = await import('../servers/alertmanager.mjs' as string);
  server = await startAlertmanager(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/`);
  const options = { url: server.url, labels: { team: 'training' }, allowPrivate: true };
  channel = new AlertmanagerChannel('am', options, tools());
}, 240_000);
afterAll(async () => {
  await server?.stop();
  hook.closeAllConnections();
  hook.close();
});

async function notice(which: (notice: Notice) => boolean): Promise<Notice> {
  for (;;) {
    const found = notices.find(which);
    if (found) return found;
    await new Promise<void>((resolve) => (heard = resolve));
  }
}
const held = async () =>
  (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as { endsAt: string; labels: Record<string, string> }[];

describe('a deviation in Alertmanager', () => {
  it('fires, stays one alert when its kind sharpens, and is resolved', async () => {
    const now = Date.now();
    const open = shift({ openedAt: now - 60_000, kind: 'pending' });
    expect(await channel.send(message('am', 'opened', open, { at: now }))).toMatchObject({ status: 'sent' });
    const firing = await notice(({ status }) => status === 'firing');
    expect(firing.alerts[0]).toMatchObject({
      labels: { alertname: 'OffcurveDeviation', run: 'llama-1b-03', team: 'training', deviation: open.id },
      annotations: { kind: 'pending', summary: expect.stringContaining('llama-1b-03') },
    });
    // Alertmanager leaves out zeros at the end.
    expect(Date.parse(firing.alerts[0]!.startsAt)).toBe(open.openedAt);
    await channel.send(message('am', 'updated', { ...open, version: 2, kind: 'shift' }, { at: now }));
    const alerts = await held();
    expect(alerts).toHaveLength(1);
    // It would have ended by itself after five minutes otherwise.
    expect(Date.parse(alerts[0]!.endsAt) - now).toBeGreaterThan(86_400_000);
    const over = { ...open, version: 3, kind: 'shift' as const, status: 'resolved' as const, resolvedAt: now };
    await channel.send(message('am', 'resolved', over, { at: now }));
    expect((await notice(({ status }) => status === 'resolved')).alerts[0]!.annotations.status).toBe('resolved');
  });

  it('stays one alert where it becomes part of a data event that runs of other families join, and ends with that', async () => {
    const now = Date.now();
    const lead = shift({ id: 'dev_lead', openedAt: now - 60_000, family: 'llama' });
    const told = await channel.send(message('am', 'opened', lead, { at: now }));
    const first = (told as { receipt: Receipt }).receipt;
    const parts = { id: 'dev_event', thread: lead.id, run: null, runs: ['a', 'b'], kind: 'data-event' as const };
    const event = { ...lead, ...parts, family: null };
    await channel.send(message('am', 'updated', event, { at: now, first }));
    const ours = async () => (await held()).filter(({ labels }) => labels.deviation!.match(/dev_(lead|event)/));
    expect(await ours()).toMatchObject([{ labels: { deviation: 'dev_lead', family: 'llama' } }]);
    const over = { ...event, version: 2, status: 'resolved' as const, resolvedAt: now };
    await channel.send(message('am', 'resolved', over, { at: now, first }));
    const ends = await notice(
      ({ status, alerts }) => status === 'resolved' && alerts[0]!.labels.deviation === 'dev_lead',
    );
    expect(ends.alerts).toHaveLength(1);
  });

  it('is refused for good where a label is none, and tried again where nobody answers', async () => {
    const bad = new AlertmanagerChannel('am', { url: server.url, labels: { 'a-b': 'x' }, allowPrivate: true }, tools());
    expect(await bad.send(message('am', 'opened', shift()))).toMatchObject({ status: 'failed' });
    const gone = new AlertmanagerChannel('am', { url: 'http://127.0.0.1:9', labels: {}, allowPrivate: true }, tools());
    expect(await gone.send(message('am', 'opened', shift()))).toMatchObject({ status: 'retry' });
    expect(await channel.check()).toBeNull();
    expect(await gone.check()).toContain('ECONNREFUSED');
  });
});
