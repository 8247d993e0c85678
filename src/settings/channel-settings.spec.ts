// Every wrong channel, route, digest and budget of offcurve.yml is named by line and key, with what would mend it.
import { parseConfig } from './config-file.js';
import { SettingsError } from './settings-error.js';

const FILE = 'offcurve.yml';

function problemsOf(text: string, environment: Record<string, string> = {}) {
  try {
    parseConfig(text, FILE, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

/** A channel `a` whose service stands on line 3. */
const channel = (service: string, more = '') => `channels:\n  a:\n    ${service}\n${more}`;
const ROOM = 'channels:\n  room: { ntfy: { topic: t } }\n';

it.each([
  ['a service nobody knows', channel('slak: {}'), 'line 3, channels.a.slak', /unknown key "slak"/, /"slack"/],
  ['no service', 'channels:\n  a: { rate: none }\n', 'line 2, channels.a', /names none/, /docs/],
  [
    'two services',
    channel('ntfy: { topic: t }', '    teams: { webhook_url: "https://x.y/z" }\n'),
    'line 3, channels.a',
    /ntfy and teams|teams and ntfy/,
    /docs/,
  ],
  [
    'no secret',
    channel('slack: { channel: "#x" }'),
    'line 3, channels.a.slack.token',
    /"token" is missing/,
    /add token/,
  ],
  [
    'an empty secret',
    channel('slack: { channel: "#x", token: "" }'),
    'line 3, channels.a.slack.token',
    /empty/,
    /token/,
  ],
  [
    'a secret of the wrong form',
    channel('telegram: { token: abc, chat: 1 }'),
    'line 3, channels.a.telegram.token',
    /not a bot token/,
    /token/,
  ],
  [
    'an app_token that is none',
    channel('slack: { channel: x, token: x, app_token: xoxb-1 }'),
    'line 3, channels.a.slack.app_token',
    /xapp-/,
    /app_token/,
  ],
  [
    'an empty bot_token',
    channel('discord: { webhook_url: "https://x.y/z", bot_token: "" }'),
    'line 3, channels.a.discord.bot_token',
    /empty/,
    /bot_token/,
  ],
  [
    'a webhook_secret with a blank',
    channel('telegram: { token: "1:x", chat: 1, webhook_secret: "a b" }'),
    'line 3, channels.a.telegram.webhook_secret',
    /only letters/,
    /webhook_secret/,
  ],
  [
    'a short secret of a webhook',
    channel('webhook: { url: "https://x.y", secret: short }'),
    'line 3, channels.a.webhook.secret',
    /16 characters/,
    /secret/,
  ],
  [
    'a room that is no room',
    channel('matrix: { homeserver: "https://x.y", access_token: t, room: "#name" }'),
    'line 3, channels.a.matrix.room',
    /id of a room/,
    /room/,
  ],
  [
    'an address that is none',
    channel('webhook: { url: hooks }'),
    'line 3, channels.a.webhook.url',
    /not an http/,
    /url/,
  ],
  [
    'an address of another protocol',
    channel('webhook: { url: "ftp://x.y/z" }'),
    'line 3, channels.a.webhook.url',
    /not an http/,
    /url/,
  ],
  [
    'a receiver that is no mail address',
    channel('email: { host: x.y, from: a@x.y, to: [nobody] }'),
    'line 3, channels.a.email.to.0',
    /not a mail address/,
    /correct to;/,
  ],
  [
    'half a bot',
    channel('rocketchat: { server: "https://x.y", room: r }'),
    'line 3, channels.a.rocketchat',
    /either webhook_url, or server/,
    /add user_id, auth_token/,
  ],
  [
    'a bot beside a webhook',
    channel('rocketchat: { webhook_url: "https://x.y/z", auth_token: t }'),
    'line 3, channels.a.rocketchat',
    /either webhook_url, or server/,
    /one of them only/,
  ],
  [
    'a rate that is none',
    channel('ntfy: { topic: t }', '    rate: often\n'),
    'line 4, channels.a.rate',
    /not a rate/,
    /rate/,
  ],
  [
    'a rate that leaves no message beside the summary',
    channel('ntfy: { topic: t }', '    rate: 1 per hour\n'),
    'line 4, channels.a.rate',
    /not a rate/,
    /rate/,
  ],
  [
    'a fallback that is not there',
    channel('ntfy: { topic: t }', '    fallback: b\n'),
    'line 4, channels.a.fallback',
    /no channel "b"/,
    /"a"/,
  ],
  [
    'a key that no service has',
    channel('discord: { webhook_url: "https://x.y/z", bot_tokn: t }'),
    'line 3, channels.a.discord.bot_tokn',
    /unknown key/,
    /"bot_token"/,
  ],
  [
    'a name of a channel with a blank',
    'channels:\n  a b: { ntfy: { topic: t } }\n',
    'line 2, channels.a b',
    /not a name|Invalid key/,
    /docs/,
  ],
  [
    'a digest at no time',
    `${ROOM}digest: { at: "25:00", channels: [room] }\n`,
    'line 3, digest.at',
    /not a time/,
    /at/,
  ],
  [
    'a digest in a zone that is none',
    `${ROOM}digest: { at: "09:00 Mars/Olympus", channels: [room] }\n`,
    'line 3, digest.at',
    /not a time/,
    /at/,
  ],
  [
    'a digest to a channel that is not there',
    `${ROOM}digest: { at: "09:00", channels: [rom] }\n`,
    'line 3, digest.channels.0',
    /no channel "rom"/,
    /"room"/,
  ],
  [
    'a digest to nobody',
    `${ROOM}digest: { at: "09:00" }\n`,
    'line 3, digest.channels',
    /"channels" is missing/,
    /add channels/,
  ],
  [
    'a budget that is none',
    'budget:\n  false_alarms: few\n',
    'line 2, budget.false_alarms',
    /1 per 30 run-days/,
    /false_alarms/,
  ],
  ['a budget of nothing', 'budget:\n  fleet: 0 per day\n', 'line 2, budget.fleet', /1 per day/, /fleet/],
  ['a budget over no time', 'budget:\n  fleet: 1 per 0 days\n', 'line 2, budget.fleet', /1 per day/, /fleet/],
  [
    'a kind that is none',
    `${ROOM}routes:\n  - channels: [room]\n    kinds: [spke]\n`,
    'line 5, routes.0.kinds.0',
    /"spke" is not known/,
    /"spike"/,
  ],
  [
    'a price that is no share',
    `${ROOM}routes:\n  - channels: [room]\n    min_price: 120%\n`,
    'line 5, routes.0.min_price',
    /not a share/,
    /min_price/,
  ],
  [
    'quiet hours that are none',
    `${ROOM}routes:\n  - channels: [room]\n    quiet_hours: at night\n`,
    'line 5, routes.0.quiet_hours',
    /22:00-07:00/,
    /quiet_hours/,
  ],
  [
    'an escalation to a channel that is not there',
    `${ROOM}routes:\n  - channels: [room]\n    escalate: { after_minutes: 5, channels: [pager] }\n`,
    'line 5, routes.0.escalate.channels.0',
    /no channel "pager"/,
    /"room"/,
  ],
  [
    'an escalation before it began',
    `${ROOM}routes:\n  - channels: [room]\n    escalate: { after_minutes: 0, channels: [room] }\n`,
    'line 5, routes.0.escalate.after_minutes',
    /0/,
    /after_minutes/,
  ],
  [
    'a route to nobody',
    `${ROOM}routes:\n  - kinds: [spike]\n`,
    'line 4, routes.0.channels',
    /"channels" is missing/,
    /add channels/,
  ],
])('%s', (_name, text, where, reason, fix) => {
  const problems = problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.where).toBe(`${FILE}, ${where}`);
  expect(problems[0]!.reason).toMatch(reason);
  expect(problems[0]!.fix).toMatch(fix);
});

describe('an address that is plainly private', () => {
  it.each([
    ['webhook: { url: "http://169.254.169.254/latest/meta-data" }', 'webhook.url'],
    ['webhook: { url: "http://[::1]:9000/x" }', 'webhook.url'],
    ['matrix: { homeserver: "http://10.0.0.7", access_token: t, room: "!a:b" }', 'matrix.homeserver'],
    ['teams: { webhook_url: "http://192.168.1.2/x" }', 'teams.webhook_url'],
    ['slack: { token: t, channel: c, api_url: "http://127.0.0.1:1/x" }', 'slack.api_url'],
    ['ntfy: { topic: t, server: "http://LOCALHOST:2586" }', 'ntfy.server'],
    ['email: { host: localhost, from: a@x.y, to: [b@example.org] }', 'email.host'],
  ])('is refused in %s', (service, key) => {
    expect(problemsOf(channel(service))).toEqual([
      {
        where: `${FILE}, line 3, channels.a.${key}`,
        reason: expect.stringContaining('is a loopback, private or link-local address'),
        fix: 'set allow_private: true beside it to allow it',
      },
    ]);
    expect(problemsOf(channel(service.replace(' }', ', allow_private: true }')))).toEqual([]);
  });

  it('is refused as a heartbeat too', () =>
    expect(problemsOf('heartbeat: { url: "http://127.0.0.1/ping" }')[0]!.where).toBe(`${FILE}, line 1, heartbeat.url`));

  it.each(['http://localhost.example.org/x', 'http://8.8.8.8/x', 'https://10.example.org/x'])('%s is none', (url) =>
    expect(problemsOf(channel(`webhook: { url: "${url}" }`))).toEqual([]),
  );
});

describe('a route that matches nothing', () => {
  const routes = (...all: string[]) => `${ROOM}routes:\n${all.map((route) => `  - ${route}\n`).join('')}`;

  it.each([
    ['behind one that takes all', ['{ channels: [room] }', '{ kinds: [spike], channels: [room] }']],
    [
      'that asks for more of the same project',
      ['{ match: { project: p }, channels: [room] }', '{ match: { project: p, tag: t }, channels: [room] }'],
    ],
    [
      'of a kind that is taken already',
      ['{ kinds: [spike, shift], channels: [room] }', '{ kinds: [shift], min_price: 1%, channels: [room] }'],
    ],
    ['of a higher price', ['{ min_price: 1%, channels: [room] }', '{ min_price: 2%, channels: [room] }']],
  ])('%s is refused, and told which one takes all', (_name, all) =>
    expect(problemsOf(routes(...all))).toEqual([
      {
        where: `${FILE}, line 5, routes.1`,
        reason: `it matches nothing: all that it would match is taken by the route before it, ${FILE}, line 4, routes.0`,
        fix: 'put it before that one, or say continue: true there',
      },
    ]),
  );

  it.each([
    ['the one before goes on', ['{ channels: [room], continue: true }', '{ channels: [room] }']],
    [
      'the one before asks for another project',
      ['{ match: { project: p }, channels: [room] }', '{ match: { project: q }, channels: [room] }'],
    ],
    ['the one before asks for a kind', ['{ kinds: [spike], channels: [room] }', '{ channels: [room] }']],
    ['the one before asks for a price', ['{ min_price: 2%, channels: [room] }', '{ min_price: 1%, channels: [room] }']],
  ])('is none where %s', (_name, all) => expect(problemsOf(routes(...all))).toEqual([]));
});
