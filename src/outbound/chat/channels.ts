// The channels that the settings name, ready to send.
import type { ChannelPlaces } from '../../alerting/channel-places.js';
import type { Channel } from '../../alerting/channel.js';
import type { ChatRequests } from '../../alerting/chat-requests.js';
import type { ChannelSettings, Service, ServiceSettings } from '../../settings/channel-settings.js';
import { AlertmanagerChannel } from './alertmanager/alertmanager-channel.js';
import { AnnotationChannel } from '../grafana/annotation-channel.js';
import { GrafanaClient } from '../grafana/grafana-client.js';
import type { ChatTools } from './chat-channel.js';
import type { Listener, ListenerParts } from './listener.js';
import { DiscordChannel } from './discord/discord-channel.js';
import { DiscordListener } from './discord/discord-listener.js';
import { EmailChannel } from './email/email-channel.js';
import { MatrixChannel } from './matrix/matrix-channel.js';
import { MatrixListener } from './matrix/matrix-listener.js';
import type { MattermostBotOptions } from './mattermost/mattermost-api.js';
import { MattermostBot } from './mattermost/mattermost-bot.js';
import { MattermostChannel } from './mattermost/mattermost-channel.js';
import { MattermostRoom } from './mattermost/mattermost-room.js';
import { NtfyChannel } from './ntfy/ntfy-channel.js';
import { PagerDutyChannel } from './pagerduty/pagerduty-channel.js';
import { RocketChatBot } from './rocketchat/rocketchat-bot.js';
import { RocketChatChannel } from './rocketchat/rocketchat-channel.js';
import { RocketChatRoom } from './rocketchat/rocketchat-room.js';
import { RoomReader } from './room-reader.js';
import { SlackChannel } from './slack/slack-channel.js';
import { SlackLookout } from './slack/slack-catch-up.js';
import { SlackSocket } from './slack/slack-socket.js';
import { TeamsChannel } from './teams/teams-channel.js';
import { TelegramChannel } from './telegram/telegram-channel.js';
import { TelegramListener } from './telegram/telegram-listener.js';
import { WebhookChannel } from './webhook/webhook-channel.js';

type Makers = { [Name in Service]: (name: string, settings: ServiceSettings<Name>, tools: ChatTools) => Channel };

const MAKERS: Makers = {
  webhook: (name, { url, secret, allow_private }, { clock }) =>
    new WebhookChannel(name, { url, secret: secret ?? null, allowPrivate: allow_private ?? false }, clock),
  matrix: (name, settings, tools) => new MatrixChannel(name, matrixOptions(settings), tools),
  alertmanager: (name, { url, labels, allow_private }, tools) =>
    new AlertmanagerChannel(name, { url, labels: labels ?? {}, allowPrivate: allow_private ?? false }, tools),
  email: (name, { host, port, security = 'starttls', ca, user, password, from, to, allow_private }, tools) => {
    const tls = security === 'tls';
    const plain = security === 'none';
    return new EmailChannel(
      name,
      {
        ...{ host, port: port ?? (tls ? 465 : plain ? 25 : 587), tls, plain, from, to },
        ...{ ca: ca ?? null, user: user ?? null, password: password ?? null, allowPrivate: allow_private ?? false },
      },
      tools,
    );
  },
  slack: (name, settings, tools) => new SlackChannel(name, slackOptions(settings), tools),
  discord: (name, settings, tools) => new DiscordChannel(name, byUrl(settings), tools),
  teams: (name, settings, tools) => new TeamsChannel(name, byUrl(settings), tools),
  telegram: (name, settings, tools) => new TelegramChannel(name, telegramOptions(settings), tools),
  pagerduty: (name, { routing_key, api_url, allow_private }, tools) => {
    const apiUrl = bare(api_url ?? 'https://events.pagerduty.com');
    return new PagerDutyChannel(name, { routingKey: routing_key, apiUrl, allowPrivate: allow_private ?? false }, tools);
  },
  ntfy: (name, { server = 'https://ntfy.sh', topic, token, allow_private }, tools) =>
    new NtfyChannel(name, { server, topic, token: token ?? null, allowPrivate: allow_private ?? false }, tools),
  mattermost: (name, settings, tools) => {
    const { webhook_url, allow_private = false } = settings;
    if (webhook_url !== undefined) return new MattermostChannel(name, byUrl({ webhook_url, allow_private }), tools);
    return new MattermostBot(name, mattermostOptions(settings), tools);
  },
  rocketchat: (name, settings, tools) => {
    const { webhook_url, allow_private = false } = settings;
    if (webhook_url !== undefined) return new RocketChatChannel(name, byUrl({ webhook_url, allow_private }), tools);
    return new RocketChatBot(name, rocketChatOptions(settings), tools);
  },
  grafana: (name, { url, token, allow_private }) =>
    new AnnotationChannel(name, new GrafanaClient({ url, token, allowPrivate: allow_private ?? false })),
};

/** One sender for each configured channel. */
export const channelsOf = (settings: Readonly<Record<string, ChannelSettings>>, tools: ChatTools): Channel[] =>
  Object.entries(settings).map(([name, channel]) => channelOf(name, channel, tools));

function channelOf(name: string, channel: ChannelSettings, tools: ChatTools): Channel {
  for (const service of Object.keys(MAKERS) as Service[]) {
    const settings = channel[service];
    // The schema has checked that there is exactly one.
    if (settings !== undefined) return (MAKERS[service] as (...all: unknown[]) => Channel)(name, settings, tools);
  }
  throw new Error(`channel ${name} names no service`);
}

export interface ListeningParts extends Omit<ListenerParts, 'channel' | 'onError'> {
  places: ChannelPlaces;
  requests: ChatRequests;
  onError: (channel: string, error: unknown) => void;
}

/** What listens for people's words, for each channel whose service does not call us. */
export const listenersOf = (
  settings: Readonly<Record<string, ChannelSettings>>,
  { onError, places, requests, ...common }: ListeningParts,
): Listener[] =>
  Object.entries(settings).flatMap(
    ([channel, { matrix, discord, slack, telegram, mattermost, rocketchat }]): Listener[] => {
      const memory = { places, requests };
      const parts = { ...common, channel, onError: (error: unknown) => onError(channel, error) };
      if (matrix) return [new MatrixListener({ ...parts, places, options: matrixOptions(matrix) })];
      if (mattermost && mattermost.webhook_url === undefined)
        return [new RoomReader(parts, new MattermostRoom(mattermostOptions(mattermost), parts), memory)];
      if (rocketchat && rocketchat.webhook_url === undefined)
        return [new RoomReader(parts, new RocketChatRoom(rocketChatOptions(rocketchat)), memory)];
      if (slack && slack.app_token === undefined && slack.signing_secret !== undefined)
        return [new SlackLookout(parts, slackOptions(slack))];
      if (slack?.app_token) return [new SlackSocket(parts, { ...slackOptions(slack), appToken: slack.app_token })];
      if (telegram && telegram.webhook_secret === undefined)
        return [new TelegramListener(parts, telegramOptions(telegram), places)];
      if (!discord?.bot_token) return [];
      const apiUrl = bare(discord.api_url ?? 'https://discord.com/api/v10');
      return [new DiscordListener(parts, { ...byUrl(discord), botToken: discord.bot_token, apiUrl })];
    },
  );

const bare = (url: string): string => url.replace(/\/$/, '');
const matrixOptions = ({ homeserver, access_token, room, allow_private }: ServiceSettings<'matrix'>) => ({
  ...{ homeserver, room, accessToken: access_token, allowPrivate: allow_private ?? false },
});
const slackOptions = ({ token, channel, api_url, allow_private }: ServiceSettings<'slack'>) => ({
  ...{ token, channel, apiUrl: bare(api_url ?? 'https://slack.com/api'), allowPrivate: allow_private ?? false },
});
const telegramOptions = ({ token, chat, api_url, allow_private }: ServiceSettings<'telegram'>) => ({
  ...{ token, chat, apiUrl: bare(api_url ?? 'https://api.telegram.org'), allowPrivate: allow_private ?? false },
});
/** The schema has checked that a bot's are all there. */
const mattermostOptions = (settings: ServiceSettings<'mattermost'>): MattermostBotOptions => ({
  ...{ server: bare(settings.server!), token: settings.token!, channel: settings.channel! },
  allowPrivate: settings.allow_private ?? false,
});
const rocketChatOptions = (settings: ServiceSettings<'rocketchat'>) => ({
  ...{ server: bare(settings.server!), userId: settings.user_id!, authToken: settings.auth_token! },
  ...{ room: settings.room!, allowPrivate: settings.allow_private ?? false },
});
const byUrl = ({ webhook_url, allow_private }: { webhook_url: string; allow_private?: boolean }) => ({
  webhookUrl: webhook_url,
  allowPrivate: allow_private ?? false,
});
