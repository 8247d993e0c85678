// docs/alerts.md's own example of every channel: it is taken as it stands there, and each becomes its sender and its listener.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PaceLimit } from '../../src/alerting/pace.js';
import { ChannelPlaces } from '../../src/alerting/channel-places.js';
import { channelsOf, listenersOf } from '../../src/outbound/chat/channels.js';
import { RoomReader } from '../../src/outbound/chat/room-reader.js';
import { SERVICES } from '../../src/settings/channel-settings.js';
import { parseConfig } from '../../src/settings/config-file.js';
import { RememberedRequests } from './fakes/remembered-requests.js';
import { tools } from './sample.js';

const page = readFileSync(join(__dirname, '../../docs/alerts.md'), 'utf8');
const example = /```yaml\n(channels:[\s\S]*?)```/.exec(page)![1]!;
const VALUES: Record<string, string> = {
  SLACK_APP_TOKEN: 'xapp-1',
  TELEGRAM_TOKEN: '1:x',
  HOOK_SECRET: 'x'.repeat(16),
};
const environment = Object.fromEntries(
  [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [
    name!,
    VALUES[name!] ?? (/WEBHOOK|URL/.test(name!) ? 'https://x.example.org/y' : 'x'),
  ]),
);
const { channels } = parseConfig(example, 'docs/alerts.md', environment);

class Places extends ChannelPlaces {
  override load = async () => null;
  override save = async () => undefined;
}

it('has every service but the annotations of Grafana, which are set up with its dashboards', () => {
  const shown = Object.values(channels!).flatMap((channel) => SERVICES.filter((service) => channel[service]));
  expect([...new Set([...shown, 'grafana'])].sort()).toEqual([...SERVICES].sort());
});

it('makes one sender of each, by its name', () =>
  expect(channelsOf(channels!, tools()).map(({ name }) => name)).toEqual(Object.keys(channels!)));

it('makes a listener of each whose service has to be asked or connected to, and of no other', () => {
  const parts = {
    ...{ places: new Places(), requests: new RememberedRequests() },
    ...{ outbox: { deviationOf: async () => null, openMessages: async () => [] } },
    ...{ handle: async () => '', onError: () => undefined },
  };
  const heard = Object.entries(channels!).map(([name, channel]) => [
    name,
    ...listenersOf({ [name]: channel }, parts).map((listener) =>
      listener instanceof RoomReader ? listener.room.constructor.name : listener.constructor.name,
    ),
  ]);
  expect(heard.filter(([, listener]) => listener !== undefined)).toEqual([
    ['room', 'MatrixListener'],
    ['oncall', 'SlackLookout'],
    ['inside', 'SlackSocket'],
    ['guild', 'DiscordListener'],
    ['phone', 'TelegramListener'],
    ['matterbot', 'MattermostRoom'],
    ['robot', 'RocketChatRoom'],
  ]);
});

describe('the table of how fast each service is sent to', () => {
  const rows = [...page.matchAll(/^\| (`[^|]+?) \| ([^|]+) \| [^|]+ \|$/gm)].map(([, names, most]) => ({
    names,
    most,
  }));
  const rateText = ({ most, perMs }: PaceLimit): string => {
    const [per, unit] = perMs < 60_000 ? [perMs / 1_000, 'second'] : [perMs / 60_000, 'minute'];
    return per === 1 ? `${most} a ${unit}` : `${most} in ${per} ${unit}s`;
  };

  it.each(channelsOf(channels!, tools()))('tells the truth of $name', ({ name, limits = [] }) => {
    const [service, settings] = Object.entries(channels![name]!).find(([key]) => key !== 'fallback')!;
    const kind = 'webhook_url' in (settings as object) ? 'a webhook' : 'a bot';
    const row = rows.find(
      ({ names }) => names!.includes(`\`${service}\``) && (!/, a (bot|webhook)$/.test(names!) || names!.endsWith(kind)),
    );
    expect(row?.most).toBe(limits.map(rateText).join(', ') || 'any');
  });
});
