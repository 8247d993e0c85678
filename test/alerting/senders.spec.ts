// What every sender must do, against fakes that hold each service's documented rules: take no for an answer, wait as asked.
import type { Channel } from '../../src/alerting/channel.js';
import { DiscordChannel } from '../../src/outbound/chat/discord/discord-channel.js';
import { MattermostChannel } from '../../src/outbound/chat/mattermost/mattermost-channel.js';
import { NtfyChannel } from '../../src/outbound/chat/ntfy/ntfy-channel.js';
import { PagerDutyChannel } from '../../src/outbound/chat/pagerduty/pagerduty-channel.js';
import { RocketChatChannel } from '../../src/outbound/chat/rocketchat/rocketchat-channel.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { TeamsChannel } from '../../src/outbound/chat/teams/teams-channel.js';
import { TelegramChannel } from '../../src/outbound/chat/telegram/telegram-channel.js';
import { FakeDiscord } from './fakes/fake-discord.js';
import { FakeMattermost } from './fakes/fake-mattermost.js';
import { FakeNtfy } from './fakes/fake-ntfy.js';
import { FakePagerDuty } from './fakes/fake-pagerduty.js';
import { FakeRocketChat } from './fakes/fake-rocketchat.js';
import type { FakeService } from './fakes/fake-service.js';
import { FakeSlack } from './fakes/fake-slack.js';
import { FakeTeams } from './fakes/fake-teams.js';
import { FakeTelegram } from './fakes/fake-telegram.js';
import { message, shift, tools } from './sample.js';

interface Case {
  name: string;
  fake: FakeService;
  /** @param secret what identifies the sender to the service, right or wrong */
  channel(right: boolean, allowPrivate: boolean): Channel;
  /** How many messages the service shows. */
  shown(): number;
  /** Whether its "too many" says how long to wait. */
  namesWait: boolean;
}

const common = tools();
const slack = new FakeSlack();
const discord = new FakeDiscord();
const telegram = new FakeTelegram();
const pagerduty = new FakePagerDuty();
const teams = new FakeTeams();
const ntfy = new FakeNtfy();
const mattermost = new FakeMattermost();
const rocketchat = new FakeRocketChat();
const hooked = (hook: string, right: boolean) => (right ? hook : hook.replace(/[^/]+$/, 'wrong'));

const cases: Case[] = [
  {
    ...{ name: 'Slack', fake: slack, namesWait: true, shown: () => slack.messages.size },
    channel: (right, allowPrivate) => {
      const token = right ? slack.token : 'xoxb-revoked';
      return new SlackChannel('x', { token, channel: '#training', apiUrl: slack.url, allowPrivate }, common);
    },
  },
  {
    ...{ name: 'Discord', fake: discord, namesWait: true, shown: () => discord.messages.size },
    channel: (right, allowPrivate) =>
      new DiscordChannel('x', { webhookUrl: hooked(discord.hook(), right), allowPrivate }, common),
  },
  {
    ...{ name: 'Telegram', fake: telegram, namesWait: true, shown: () => telegram.messages.size },
    channel: (right, allowPrivate) => {
      const token = right ? telegram.token : '123456:revoked';
      return new TelegramChannel('x', { token, chat: telegram.chat, apiUrl: telegram.url, allowPrivate }, common);
    },
  },
  {
    ...{ name: 'PagerDuty', fake: pagerduty, namesWait: false, shown: () => pagerduty.alerts.size },
    channel: (right, allowPrivate) => {
      const routingKey = right ? pagerduty.routingKey : 'f'.repeat(32);
      return new PagerDutyChannel('x', { routingKey, apiUrl: pagerduty.url, allowPrivate }, common);
    },
  },
  {
    ...{ name: 'Teams', fake: teams, namesWait: true, shown: () => teams.cards.length },
    channel: (right, allowPrivate) =>
      new TeamsChannel('x', { webhookUrl: hooked(teams.hook(), right), allowPrivate }, common),
  },
  {
    ...{ name: 'ntfy', fake: ntfy, namesWait: false, shown: () => ntfy.pushes.length },
    channel: (right, allowPrivate) => {
      const token = right ? ntfy.token : 'tk_revoked';
      return new NtfyChannel('x', { server: ntfy.url, topic: ntfy.topic, token, allowPrivate }, common);
    },
  },
  {
    ...{ name: 'Mattermost', fake: mattermost, namesWait: true, shown: () => mattermost.posts.length },
    channel: (right, allowPrivate) =>
      new MattermostChannel('x', { webhookUrl: hooked(mattermost.hook(), right), allowPrivate }, common),
  },
  {
    ...{ name: 'Rocket.Chat', fake: rocketchat, namesWait: false, shown: () => rocketchat.posts.length },
    channel: (right, allowPrivate) =>
      new RocketChatChannel('x', { webhookUrl: hooked(rocketchat.hook(), right), allowPrivate }, common),
  },
];

beforeAll(() => Promise.all(cases.map(({ fake }) => fake.start())));
afterAll(() => Promise.all(cases.map(({ fake }) => fake.stop())));

/** Names of runs are no longer. */
const LONGEST_RUN = 256;
const HOSTILE = '<!channel> @everyone [x](https://evil.example) <b>x</b> &amp; *_~`|{{DATE()}} "\'\\ ';

describe.each(cases)('$name', ({ fake, channel, shown, namesWait }) => {
  it('is sent as one message', async () => {
    const before = shown();
    expect(await channel(true, true).send(message('x', 'opened', shift({ id: 'dev_one' })))).toMatchObject({
      status: 'sent',
    });
    expect(shown()).toBe(before + 1);
  });

  it.each([1, 40, 400])("keeps the service's limits where a name and its evidence are %i times as long", async (n) => {
    const before = shown();
    const evidence = Array.from({ length: 30 }, () => HOSTILE.repeat(n));
    const run = HOSTILE.repeat(n).slice(0, LONGEST_RUN);
    const long = shift({ id: `dev_long_${n}`, run, runs: [run], evidence, advice: evidence[0]! });
    expect(await channel(true, true).send(message('x', 'opened', long))).toMatchObject({ status: 'sent' });
    expect(shown()).toBe(before + 1);
  });

  it('is tried again where the service asks for patience, no sooner than it says', async () => {
    const before = shown();
    const first = message('x', 'opened', shift({ id: 'dev_busy' }));
    fake.refuseOnce(17);
    expect(await channel(true, true).send(first)).toMatchObject({
      status: 'retry',
      afterMs: namesWait ? 17_000 : null,
    });
    expect(shown()).toBe(before);
    expect(await channel(true, true).send(first)).toMatchObject({ status: 'sent' });
    expect(shown()).toBe(before + 1);
  });

  it('is tried again where the service is out of order, or not there', async () => {
    fake.breakOnce();
    const first = message('x', 'opened', shift({ id: 'dev_broken' }));
    expect(await channel(true, true).send(first)).toMatchObject({ status: 'retry', afterMs: null });
  });

  it('is given up where the secret is wrong, and the reason does not tell it', async () => {
    const before = shown();
    const result = await channel(false, true).send(message('x', 'opened', shift({ id: 'dev_wrong' })));
    expect(result).toMatchObject({ status: 'failed', error: expect.any(String) });
    expect((result as { error: string }).error).not.toMatch(/revoked|f{32}|hooks\/|sig=/);
    expect(shown()).toBe(before);
  });

  it('never reaches a private address that the settings do not allow', async () => {
    const before = shown();
    expect(await channel(true, false).send(message('x', 'opened', shift({ id: 'dev_private' })))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('allow_private'),
    });
    expect(shown()).toBe(before);
  });
});
