// Handling a deviation from outside: its picture by a signed link, the confirmation, buttons of Slack and Telegram.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTION_NAMES } from '../../src/alerting/chat-command.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import { NtfyChannel } from '../../src/outbound/chat/ntfy/ntfy-channel.js';
import { FakeNtfy } from './fakes/fake-ntfy.js';
import { message, shift, tools } from './sample.js';
import { type TestService, eventually, testService } from '../http/test-service.js';

// Real servers on a busy machine.
jest.setTimeout(60_000);

const SECRET = 'a secret of some length';
const TOKEN = { authorization: 'Bearer long-enough-token-for-tests' };
const dir = mkdtempSync(join(tmpdir(), 'offcurve-chat-'));
const environment = () => ({
  ...{ OFFCURVE_SECRET: SECRET, OFFCURVE_CONFIG: join(dir, 'offcurve.yml') },
  OFFCURVE_TOKENS: 'tests:ingest+read+operate:long-enough-token-for-tests,viewer:read:another-token-of-some-length',
});
let service: TestService;
let links: SignedLinks;
let deviation: string;

beforeAll(async () => {
  // The thread that draws runs compiled code.
  if (!existsSync('dist/outbound/chart/draw.worker.js')) execFileSync('npx', ['nest', 'build', '-b', 'swc']);
  const config = join(dir, 'offcurve.yml');
  writeFileSync(
    config,
    `channels:
  oncall: { slack: { token: x, channel: "#a", signing_secret: slack-signing, api_url: "http://127.0.0.1:9", allow_private: true } }
  phone: { telegram: { token: "1:x", chat: 1, webhook_secret: telegram-secret, api_url: "http://127.0.0.1:9", allow_private: true } }
`,
  );
  service = await testService(environment());
  links = new SignedLinks(service.url, SECRET);
  const now = Date.now() / 1000 - 600;
  const records = Array.from({ length: 400 }, (_, n) => ({
    ...{ run: 'llama', step: n + 1, time: now + n },
    metrics: { loss: 2 + 3 * (n + 5) ** -0.3 + 0.01 * Math.sin(n * n) },
  }));
  await service.call('POST', '/v1/metrics', records, TOKEN);
  const nan = [401, 402, 403].map(
    (step) => `{"run":"llama","step":${step},"time":${now + step},"metrics":{"loss":NaN}}`,
  );
  await service.call('POST', '/v1/metrics', nan.join('\n'), { ...TOKEN, 'content-type': 'application/x-ndjson' });
  deviation = await eventually(async () => {
    const { json } = await service.call('GET', '/v1/deviations?run=llama', undefined, TOKEN);
    return (json.items[0]?.id as string) ?? null;
  });
}, 120_000);
afterAll(async () => {
  await service?.stop();
  rmSync(dir, { recursive: true });
});

const pathOf = (link: string | null) => link!.slice(service.url.length);
const statusOf = async () => (await service.call('GET', `/v1/deviations/${deviation}`, undefined, TOKEN)).json;
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

describe('the picture', () => {
  it.each(['light', 'dark'] as const)(
    'is drawn in %s, for a token and for a signed link, for nobody else',
    async (theme) => {
      const path = `/v1/deviations/${deviation}/chart.png?theme=${theme}`;
      const picture = await fetch(service.url + path, { headers: TOKEN });
      expect(picture.headers.get('content-type')).toBe('image/png');
      const bytes = Buffer.from(await picture.arrayBuffer());
      expect(bytes.subarray(0, 4)).toEqual(png);
      expect(bytes.readUInt32BE(16)).toBe(960);
      const link = links.chart(deviation, theme, 1, Date.now())!;
      expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(bytes)).toBe(true);
      expect((await fetch(service.url + path)).status).toBe(401);
      expect((await fetch(link.replace(/signature=.../, 'signature=abc'))).status).toBe(401);
      expect((await fetch(links.chart(deviation, theme, 1, Date.now() - 8 * 86_400_000)!)).status).toBe(401);
      expect((await fetch(link.replace(deviation, 'dev_other'))).status).toBe(401);
    },
  );
});

describe('a silence', () => {
  const VIEWER = { authorization: 'Bearer another-token-of-some-length' };
  const ends = new Date(Date.now() + 3_600_000).toISOString();

  it('is made and ended by who may operate, and seen by who may read', async () => {
    const body = { match: { project: 'prod', kinds: ['silent'] }, ends_at: ends, comment: 'new disks' };
    expect((await service.call('POST', '/v1/silences', body, VIEWER)).status).toBe(403);
    const { status, json } = await service.call('POST', '/v1/silences', body, TOKEN);
    expect(status).toBe(201);
    expect(json).toMatchObject({ ...body, id: expect.stringMatching(/^sil_/), created_by: 'tests', status: 'active' });
    expect((await service.call('GET', '/v1/silences', undefined, VIEWER)).json).toEqual({ items: [json], next: null });
    expect((await service.call('GET', `/v1/silences/${json.id}`, undefined, VIEWER)).json).toEqual(json);
    expect((await service.call('DELETE', `/v1/silences/${json.id}`, undefined, VIEWER)).status).toBe(403);
    const ended = await service.call('DELETE', `/v1/silences/${json.id}`, undefined, TOKEN);
    expect(ended).toMatchObject({ status: 200, json: { status: 'ended' } });
    expect((await service.call('GET', '/v1/silences', undefined, VIEWER)).json.items).toEqual([]);
    expect((await service.call('GET', '/v1/silences?status=all', undefined, VIEWER)).json.items).toEqual([ended.json]);
    expect((await service.call('DELETE', '/v1/silences/sil_none', undefined, TOKEN)).status).toBe(404);
  });

  it.each([
    ['no end', { match: {} }, 'ends_at'],
    ['an end in the past', { match: {}, ends_at: '2020-01-01T00:00:00Z' }, 'ends_at'],
    ['a kind that nobody knows', { match: { kinds: ['shfit'] }, ends_at: ends }, 'match.kinds.0'],
    ['a key that nobody knows', { match: { projct: 'prod' }, ends_at: ends }, 'match.projct'],
  ])('with %s is refused by the name of the field', async (_name, body, field) => {
    const { status, json } = await service.call('POST', '/v1/silences', body, TOKEN);
    expect(status).toBe(400);
    expect(json.errors).toEqual([expect.objectContaining({ field })]);
  });
});

describe('a link that acts', () => {
  it.each(Object.keys(ACTION_NAMES))(
    'to %s changes nothing by being opened, as mail scanners and previews do',
    async (action) => {
      const before = await statusOf();
      const path = pathOf(links.handle(deviation, action, Date.now()));
      for (const method of ['GET', 'HEAD', 'GET']) expect((await service.call(method, path)).status).toBe(200);
      expect(await statusOf()).toEqual(before);
    },
  );

  it('changes nothing until its button is pressed, and then names who pressed', async () => {
    const path = pathOf(links.handle(deviation, 'acknowledge', Date.now()));
    const page = await service.call('GET', path);
    expect(page.text).toContain('<form method="post">');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect((await statusOf()).status).toBe('open');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await service.call('POST', path, 'name=ada', form)).text).toContain('Done: acknowledged');
    expect(await statusOf()).toMatchObject({ status: 'acknowledged', acknowledged_by: 'ada' });
    expect((await service.call('POST', path, 'name=bob', form)).text).toContain('acknowledged already by ada');
  });

  it('is refused where it was made for another purpose or action, or is over', async () => {
    const chart = new URL(links.chart(deviation, 'light', 1, Date.now())!).searchParams;
    const wrong = `/chat/handle/${deviation}?action=resolve&expires=${chart.get('expires')}&signature=${chart.get('signature')}`;
    expect((await service.call('POST', wrong)).status).toBe(403);
    const turned = pathOf(links.handle(deviation, 'acknowledge', Date.now())).replace('=acknowledge&', '=resolve&');
    expect((await service.call('POST', turned)).status).toBe(403);
    const old = pathOf(links.handle(deviation, 'resolve', Date.now() - 8 * 86_400_000));
    expect((await service.call('POST', old)).status).toBe(403);
  });
});

it("is acted on by the request that a phone makes for ntfy's button", async () => {
  const ntfy = await new FakeNtfy().start();
  const pushed = new NtfyChannel(
    'x',
    { server: ntfy.url, topic: ntfy.topic, token: ntfy.token, allowPrivate: true },
    tools(Date.now, links),
  );
  await pushed.send(message('x', 'opened', shift({ id: deviation }), { at: Date.now() }));
  await ntfy.stop();
  const { actions } = ntfy.pushes[0]!;
  expect(actions!.map(({ label }) => label)).toEqual(['Acknowledge', 'Snooze 8 h', 'Resolve']);
  const { method, url, headers, body } = actions![0]!;
  const { text } = await service.call(method!, pathOf(url), body, headers);
  expect(text).toContain('acknowledged already by ada');
});

describe("Slack's button", () => {
  const press = (action: string, { secret = 'slack-signing', at = Date.now() / 1000, to = service } = {}) => {
    const payload = {
      type: 'block_actions',
      user: { id: 'U1', name: 'bob' },
      actions: [{ action_id: action, value: deviation, action_ts: String(at) }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(at));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    return to.call('POST', '/chat/slack', body, {
      ...{ 'content-type': 'application/x-www-form-urlencoded', 'x-slack-signature': signature },
      'x-slack-request-timestamp': timestamp,
    });
  };
  it('acts once, under the name of who pressed', async () => {
    const at = Date.now() / 1000;
    expect(await press('snooze-1h', { at })).toMatchObject({ status: 200, json: { text: 'Done: snoozed.' } });
    expect(await statusOf()).toMatchObject({ status: 'snoozed', acknowledged_by: 'bob' });
    expect((await press('snooze-1h', { at })).status).toBe(409);
  });
  it('is not carried out again by another instance, nor after a restart', async () => {
    const at = Date.now() / 1000 - 1;
    expect((await press('snooze-8h', { at })).status).toBe(200);
    const other = await testService({ ...environment(), DATABASE_URL: service.databaseUrl });
    expect((await press('snooze-8h', { at, to: other })).status).toBe(409);
    await other.stop();
  });
  it('is refused with another secret, or a time that is not now', async () => {
    expect((await press('resolve', { secret: 'other' })).status).toBe(401);
    expect((await press('resolve', { at: Date.now() / 1000 - 400 })).status).toBe(401);
    expect((await statusOf()).status).toBe('snoozed');
  });
});

describe("Slack's events", () => {
  const post = (event: object, { secret = 'slack-signing' } = {}) => {
    const body = JSON.stringify(event);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp };
    return service.call('POST', '/chat/slack', body, { ...headers, 'content-type': 'application/json' });
  };

  it('are answered where Slack asks whether we are there, and taken by its signature alone', async () => {
    const asked = { type: 'url_verification', challenge: 'abc' };
    expect((await post(asked)).json).toEqual({ challenge: 'abc' });
    expect((await post(asked, { secret: 'other' })).status).toBe(401);
    const event = {
      type: 'reaction_added',
      user: 'U1',
      reaction: 'eyes',
      item: { type: 'message', ts: '1.2' },
      event_ts: '1.3',
    };
    expect(await post({ type: 'event_callback', event_id: 'E1', event })).toMatchObject({ status: 200, json: {} });
  });
});

describe("Mattermost's button", () => {
  const press = (context: object, trigger: string) =>
    service.call('POST', '/chat/mattermost', { user_id: 'u1', user_name: 'dan', trigger_id: trigger, context });

  it('acts once by the signature that it carries, under the name of who pressed, for its own action only', async () => {
    const { url, context } = links.button('/chat/mattermost', deviation, 'acknowledge', Date.now())!;
    expect(url).toBe(`${service.url}/chat/mattermost`);
    expect((await press({ ...context, action: 'resolve' }, 't1')).status).toBe(401);
    const old = links.button('/chat/mattermost', deviation, 'acknowledge', Date.now() - 8 * 86_400_000)!;
    expect((await press(old.context, 't2')).status).toBe(401);
    expect((await press(context, 't3')).json).toEqual({ ephemeral_text: 'Done: acknowledged.' });
    expect(await statusOf()).toMatchObject({ status: 'acknowledged', acknowledged_by: 'dan' });
    expect((await press(context, 't3')).status).toBe(409);
    expect((await press(context, 't4')).json.ephemeral_text).toContain('acknowledged already by dan');
  });
});

describe("Telegram's button", () => {
  const press = (data: string, secret: string, update: number) =>
    service.call(
      'POST',
      '/chat/telegram',
      JSON.stringify({ update_id: update, callback_query: { id: '7', data, from: { id: 5, username: 'eve' } } }),
      { 'x-telegram-bot-api-secret-token': secret },
    );
  it('acts where the secret is right, and is answered the first time only', async () => {
    expect((await press(`res:${deviation}`, 'wrong', 1)).status).toBe(401);
    expect((await press(`res:${deviation}`, 'telegram-secret', 2)).json).toMatchObject({
      method: 'answerCallbackQuery',
      text: 'Done: resolved.',
    });
    expect(await statusOf()).toMatchObject({ status: 'resolved', resolved_by: 'eve' });
    expect((await press(`res:${deviation}`, 'telegram-secret', 2)).json).toEqual({});
  });
});
