// A deviation from the record that caused it to the webhook that tells of it, and what people do with it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { type Receiver, startReceiver } from './receiver.js';
import { type TestService, eventually, testService } from './test-service.js';

const SECRET = 'a-secret-of-the-tests';
const TOKEN = { authorization: 'Bearer ann-0123456789abcdef' };
let hook: Receiver;
let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'offcurve-http-'));
const environment = () => ({
  OFFCURVE_TOKENS: 'ann:ingest+read+operate:ann-0123456789abcdef',
  OFFCURVE_CONFIG: join(folder, 'offcurve.yml'),
});
beforeAll(async () => {
  hook = await startReceiver();
  writeFileSync(
    join(folder, 'offcurve.yml'),
    `channels:\n  hook: { webhook: { url: "${hook.url}", secret: "${SECRET}", allow_private: true } }\n` +
      'routes:\n  - { channels: [hook] }\n',
  );
  service = await testService(environment());
});
afterAll(async () => {
  await service?.stop();
  await hook?.close();
  rmSync(folder, { recursive: true });
});

const call = (method: string, path: string, body?: unknown) => service.call(method, path, body, TOKEN);
const nan = (run: string, step: number) => ({ run, step, metrics: { loss: null }, nonfinite: 'nan' });

/** Breaks a run and gives its deviation's id. */
async function broken(run: string): Promise<string> {
  await call('POST', '/v1/metrics', [nan(run, 1), nan(run, 2)]);
  const { json } = await call('GET', `/v1/deviations?run=${run}`);
  expect(json).toMatchObject({ items: [{ run, kind: 'non-finite', status: 'open' }], next: null });
  return json.items[0].id;
}
const messagesOf = (id: string) => hook.received.filter(({ json }) => json.data.id === id);

it('tells the webhook, signed, under an id that stays the same when it is tried again', async () => {
  hook.answers.push(503);
  const id = await broken('told');
  const [first, again] = await eventually(async () => (messagesOf(id).length >= 2 ? messagesOf(id) : null));
  expect(again!.body).toBe(first!.body);
  expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(first!.json).toMatchObject({
    specversion: '1.0',
    id: `${id}/1`,
    type: 'dev.offcurve.deviation.opened',
    subject: 'told',
    data: { id, run: 'told', kind: 'non-finite', observed: null, observed_nonfinite: 'NaN' },
  });
  const signed = new Webhook(Buffer.from(SECRET).toString('base64'));
  expect(() => signed.verify(again!.body, again!.headers as Record<string, string>)).not.toThrow();
  const sent = await eventually(async () => {
    const { json } = await call('GET', `/v1/deviations/${id}/notifications`);
    return json.items[0].state === 'sent' && json.items;
  });
  expect(sent).toMatchObject([{ channel: 'hook', type: 'opened', tries: 2, last_error: null }]);
});

it('that the webhook refuses for good is not sent again; the reason stands beside it, and the count in the metrics', async () => {
  hook.answers.push(410);
  const id = await broken('refused');
  const failed = await eventually(async () => {
    const { json } = await call('GET', `/v1/deviations/${id}/notifications`);
    return json.items[0]?.state === 'failed' && json.items;
  });
  expect(failed).toMatchObject([{ channel: 'hook', tries: 1, last_error: expect.stringContaining('410') }]);
  expect(messagesOf(id)).toHaveLength(1);
  expect((await call('GET', '/metrics')).text).toMatch(/^offcurve_outbox_failed_messages\{channel="hook"\} 1$/m);
});

it('is acknowledged once, under the name of the token, and says so to whoever comes second', async () => {
  const id = await broken('acked');
  const both = await Promise.all([1, 2].map(() => call('POST', `/v1/deviations/${id}/acknowledge`)));
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(both.map(({ json }) => json.changed).sort()).toEqual([false, true]);
  expect(both.find(({ json }) => !json.changed)!.json.reason).toBe('acknowledged already by ann');
  const { json: story } = await call('GET', `/v1/deviations/${id}/story`);
  expect(story.items).toMatchObject([
    { version: 1, type: 'opened', actor: null },
    { version: 2, type: 'acknowledged', actor: 'ann', deviation: { acknowledged_by: 'ann' } },
  ]);
});

it('is snoozed until a time, for eight hours without one, and not into the past', async () => {
  const id = await broken('snoozed');
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect((await call('POST', `/v1/deviations/${id}/snooze`, { until })).json.deviation).toMatchObject({
    status: 'snoozed',
    snoozed_until: until,
  });
  const { json } = await call('POST', `/v1/deviations/${id}/snooze`);
  expect(Date.parse(json.deviation.snoozed_until) - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
  const past = await call('POST', `/v1/deviations/${id}/snooze`, { until: '2020-01-01T00:00:00Z' });
  expect(past).toMatchObject({ status: 400, json: { errors: [{ field: 'until' }] } });
  expect((await call('POST', `/v1/deviations/${id}/snooze`, { until: 'later' })).status).toBe(400);
});

it('resolved by hand stays resolved while the run goes on', async () => {
  const id = await broken('over');
  expect((await call('POST', `/v1/deviations/${id}/false-alarm`)).json.deviation).toMatchObject({
    status: 'resolved',
    false_alarm: true,
  });
  await call('POST', '/v1/metrics', [nan('over', 3), nan('over', 4)]);
  expect((await call('GET', '/v1/deviations?run=over&status=open')).json.items).toEqual([]);
  expect((await call('GET', '/v1/runs/over')).json.open_deviations).toBe(0);
});

it.each(['acknowledge', 'snooze', 'resolve', 'false-alarm'])('answers 404 to %s of none', async (action) => {
  const answer = await call('POST', `/v1/deviations/none/${action}`);
  expect(answer).toMatchObject({ status: 404, json: { detail: 'there is no deviation "none"' } });
});

it('lists by run, status and kind, page after page, each deviation once', async () => {
  for (const run of ['page-1', 'page-2', 'page-3']) await broken(run);
  const seen: string[] = [];
  for (let after = ''; ;) {
    const { json } = await call('GET', `/v1/deviations?kind=non-finite&limit=2${after}`);
    seen.push(...json.items.map(({ run }: { run: string }) => run));
    if (json.next === null) break;
    after = `&after=${encodeURIComponent(json.next)}`;
  }
  expect(seen.slice(0, 3)).toEqual(['page-3', 'page-2', 'page-1']);
  expect(new Set(seen).size).toBe(seen.length);
  expect((await call('GET', '/v1/deviations?kind=wrong')).json.errors).toMatchObject([{ field: 'kind' }]);
});

it('keeps runs, deviations and what was said over a restart', async () => {
  const id = await broken('kept');
  await call('POST', `/v1/deviations/${id}/acknowledge`);
  const look = async () =>
    Promise.all(
      ['/v1/runs/kept', '/v1/runs/kept/points?metric=loss', `/v1/deviations/${id}/story`, '/v1/runs/kept/context'].map(
        async (path) => (await call('GET', path)).text,
      ),
    );
  const before = await look();
  const { databaseUrl } = service;
  await service.stop();
  service = await testService({ ...environment(), DATABASE_URL: databaseUrl });
  expect(await look()).toEqual(before);
  await call(
    'POST',
    '/v1/metrics',
    Array.from({ length: 40 }, (_, step) => ({ run: 'kept', step: step + 3, metrics: { loss: 2 } })),
  );
  const { json } = await call('GET', `/v1/deviations/${id}`);
  expect(json).toMatchObject({ id, acknowledged_by: 'ann', status: 'resolved' });
});
