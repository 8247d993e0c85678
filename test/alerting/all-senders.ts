// Every sender that a fake stands behind, for the tests that all of them must pass.
import type { Channel } from '../../src/alerting/channel.js';
import { DiscordChannel } from '../../src/outbound/chat/discord/discord-channel.js';
import { MatrixChannel } from '../../src/outbound/chat/matrix/matrix-channel.js';
import { MattermostBot } from '../../src/outbound/chat/mattermost/mattermost-bot.js';
import { MattermostChannel } from '../../src/outbound/chat/mattermost/mattermost-channel.js';
import { NtfyChannel } from '../../src/outbound/chat/ntfy/ntfy-channel.js';
import { PagerDutyChannel } from '../../src/outbound/chat/pagerduty/pagerduty-channel.js';
import { RocketChatBot } from '../../src/outbound/chat/rocketchat/rocketchat-bot.js';
import { RocketChatChannel } from '../../src/outbound/chat/rocketchat/rocketchat-channel.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { TeamsChannel } from '../../src/outbound/chat/teams/teams-channel.js';
import { TelegramChannel } from '../../src/outbound/chat/telegram/telegram-channel.js';
import { FakeDiscord } from './fakes/fake-discord.js';
import { FakeMatrix } from './fakes/fake-matrix.js';
import { FakeMattermost } from './fakes/fake-mattermost.js';
import { FakeMattermostServer } from './fakes/fake-mattermost-server.js';
import { FakeNtfy } from './fakes/fake-ntfy.js';
import { FakePagerDuty } from './fakes/fake-pagerduty.js';
import { FakeRocketChat } from './fakes/fake-rocketchat.js';
import type { FakeService } from './fakes/fake-service.js';
import { FakeSlack } from './fakes/fake-slack.js';
import { FakeTeams } from './fakes/fake-teams.js';
import { FakeTelegram } from './fakes/fake-telegram.js';
import { tools } from './sample.js';

export interface Sender {
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
const matterbot = new FakeMattermostServer();
const rocketchat = new FakeRocketChat();
const rocketbot = new FakeRocketChat();
const matrix = new FakeMatrix();
const hooked = (hook: string, right: boolean) => (right ? hook : hook.replace(/[^/]+$/, 'wrong'));

export const SENDERS: Sender[] = [
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
    ...{ name: 'Mattermost by a bot', fake: matterbot, namesWait: true, shown: () => matterbot.shown.length },
    channel: (right, allowPrivate) => {
      const { url: server, channel } = matterbot;
      return new MattermostBot(
        'x',
        { server, token: right ? matterbot.token : 'revoked', channel, allowPrivate },
        common,
      );
    },
  },
  {
    ...{ name: 'Rocket.Chat', fake: rocketchat, namesWait: true, shown: () => rocketchat.posts.length },
    channel: (right, allowPrivate) =>
      new RocketChatChannel('x', { webhookUrl: hooked(rocketchat.hook(), right), allowPrivate }, common),
  },
  {
    ...{ name: 'Rocket.Chat by a bot', fake: rocketbot, namesWait: true, shown: () => rocketbot.posts.length },
    channel: (right, allowPrivate) => {
      const { url: server, userId, room } = rocketbot;
      const authToken = right ? rocketbot.authToken : 'revoked';
      return new RocketChatBot('x', { server, userId, authToken, room, allowPrivate }, common);
    },
  },
];

/** With Matrix, which has a real server in its own test, and HTML of its own that the test of escaping looks into. */
export const WITH_MATRIX: Sender[] = [
  ...SENDERS,
  {
    ...{ name: 'Matrix', fake: matrix, namesWait: true, shown: () => matrix.shown },
    channel: (right, allowPrivate) => {
      const accessToken = right ? matrix.token : 'syt_revoked';
      return new MatrixChannel('x', { homeserver: matrix.url, accessToken, room: matrix.room, allowPrivate }, common);
    },
  },
];

export const startSenders = () => Promise.all(WITH_MATRIX.map(({ fake }) => fake.start()));
export const stopSenders = () => Promise.all(WITH_MATRIX.map(({ fake }) => fake.stop()));
