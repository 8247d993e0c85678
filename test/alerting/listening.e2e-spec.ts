// The service with channels that listen: each one's listener is made from the settings, hears people, and ends with the service.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestService, eventually, testService } from '../http/test-service.js';
import { FakeDiscordGateway, FakeSlackSocket } from './fakes/fake-gateways.js';
import { FakeMattermostServer } from './fakes/fake-mattermost-server.js';
import { FakeRocketChat } from './fakes/fake-rocketchat.js';
import { FakeTelegram } from './fakes/fake-telegram.js';

// Real servers on a busy machine.
jest.setTimeout(60_000);

const dir = mkdtempSync(join(tmpdir(), 'offcurve-listening-'));
const slack = new FakeSlackSocket();
const discord = new FakeDiscordGateway();
const telegram = new FakeTelegram();
const rocket = new FakeRocketChat();
const matter = new FakeMattermostServer();
const fakes = [slack, discord, telegram, rocket, matter];
let service: TestService;
let deviation: string;

beforeAll(async () => {
  await Promise.all(fakes.map((fake) => fake.start()));
  writeFileSync(
    join(dir, 'offcurve.yml'),
    `channels:
  inside: { slack: { token: ${slack.botToken}, channel: C1, app_token: ${slack.token}, api_url: "${slack.url}", allow_private: true } }
  guild: { discord: { webhook_url: "${discord.hook()}", bot_token: ${discord.token}, api_url: "${discord.url}", allow_private: true } }
  phone: { telegram: { token: "${telegram.token}", chat: "${telegram.chat}", api_url: "${telegram.url}", allow_private: true } }
  rocket: { rocketchat: { server: "${rocket.url}", user_id: ${rocket.userId}, auth_token: ${rocket.authToken}, room: ${rocket.room}, allow_private: true } }
  matter: { mattermost: { server: "${matter.url}", token: ${matter.token}, channel: ${matter.channel}, allow_private: true } }
routes: [{ kinds: [non-finite], channels: [rocket, matter] }]
`,
  );
  service = await testService({
    OFFCURVE_SECRET: 'a secret of some length',
    OFFCURVE_CONFIG: join(dir, 'offcurve.yml'),
  });
  const now = Date.now() / 1000 - 600;
  const lines = Array.from({ length: 403 }, (_, n) => {
    const loss = n < 400 ? 2 + 3 * (n + 5) ** -0.3 + 0.01 * Math.sin(n * n) : 'NaN';
    return `{"run":"llama","step":${n + 1},"time":${now + n},"metrics":{"loss":${loss}}}`;
  });
  await service.call('POST', '/v1/metrics', lines.join('\n'), { 'content-type': 'application/x-ndjson' });
  deviation = await eventually(async () => (await service.call('GET', '/v1/deviations')).json.items[0]?.id ?? null);
});
afterAll(async () => {
  await service?.stop();
  await Promise.all(fakes.map((fake) => fake.stop()));
  rmSync(dir, { recursive: true });
});

const current = async () => (await service.call('GET', `/v1/deviations/${deviation}`)).json;

it('connects to each of them, and carries out what is pressed and said there', async () => {
  await eventually(async () => slack.connections === 1 && discord.heartbeats > 0);
  const press = { action_id: 'acknowledge', value: deviation, action_ts: String(Date.now() / 1000) };
  slack.send('interactive', { type: 'block_actions', user: { id: 'U1', name: 'bob' }, actions: [press] });
  await eventually(async () => (await current()).acknowledged_by === 'bob');
  telegram.happen({
    callback_query: { id: 'q1', data: `s1:${deviation}`, from: { id: 5, is_bot: false, username: 'eve' } },
  });
  await eventually(async () => (await current()).status === 'snoozed');
  // The alert came by Mattermost and Rocket.Chat; what stands in the thread, or is put to it, is found at the next look.
  const post = await eventually(async () => matter.shown[0] ?? null);
  expect([post.file_ids.length, post.message]).toEqual([1, expect.stringContaining('llama')]);
  const { create_at: saidAt } = matter.say('kim', 'snooze 2h', post.id);
  await eventually(async () => Date.parse((await current()).snoozed_until) === saidAt + 2 * 3_600_000);
  const root = await eventually(
    async () => [...rocket.messages.values()].find(({ tmid }) => tmid === undefined)?._id ?? null,
  );
  rocket.happen(root, { reactions: { ':white_check_mark:': { usernames: ['ada'] } } });
  await eventually(async () => (await current()).status === 'resolved', 30_000);
  expect(await current()).toMatchObject({ resolved_by: 'ada' });
});

it('lets go of them all when it stops', async () => {
  await service.stop();
  const asked: string[] = [];
  for (const fake of [telegram, rocket, matter]) fake.heard = ({ path }) => asked.push(path);
  const before = [slack.connections, discord.connections];
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect([slack.connections, discord.connections]).toEqual(before);
  expect(asked).toEqual([]);
});
