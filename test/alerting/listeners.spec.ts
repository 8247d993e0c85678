// What people do in Slack, Discord and Telegram, where we connect to the service and nothing has to reach us from outside.
import { ChannelPlaces } from '../../src/alerting/channel-places.js';
import type { HandlingAction } from '../../src/alerting/handle-deviation.js';
import { DiscordListener } from '../../src/outbound/chat/discord/discord-listener.js';
import type { OpenMessage } from '../../src/alerting/missed-words.js';
import type { ListenerParts } from '../../src/outbound/chat/listener.js';
import { SlackLookout } from '../../src/outbound/chat/slack/slack-catch-up.js';
import { SlackSocket } from '../../src/outbound/chat/slack/slack-socket.js';
import { TelegramListener } from '../../src/outbound/chat/telegram/telegram-listener.js';
import { FakeDiscordGateway, FakeSlackSocket } from './fakes/fake-gateways.js';
import { FakeTelegram } from './fakes/fake-telegram.js';

const AT = 1_764_000_000;
const discord = new FakeDiscordGateway();
const slack = new FakeSlackSocket();
const telegram = new FakeTelegram();
beforeAll(() => Promise.all([discord.start(), slack.start(), telegram.start()]));
afterAll(() => Promise.all([discord.stop(), slack.stop(), telegram.stop()]));

/** Message 77 is about a deviation; what is asked is written down. */
function listening(open: OpenMessage[] = []) {
  const asked: [string, HandlingAction, string][] = [];
  const errors: string[] = [];
  const parts: ListenerParts = {
    channel: 'x',
    outbox: { deviationOf: async (_channel, id) => (id === '77' ? 'dev_a' : null), openMessages: async () => open },
    handle: async (...what) => {
      asked.push(what);
      return 'Done: acknowledged.';
    },
    onError: (error) => errors.push((error as Error).message),
  };
  return { parts, asked, errors };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 500; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

class Places extends ChannelPlaces {
  readonly known = new Map<string, string>();
  override load = async (channel: string) => this.known.get(channel) ?? null;
  override save = async (channel: string, place: string) => void this.known.set(channel, place);
}

describe('Discord', () => {
  const reaction = (name: string, message = '77', bot = false) => ({
    ...{ user_id: '5', message_id: message, emoji: { id: null, name } },
    member: { nick: null, user: { id: '5', username: 'ada', bot } },
  });
  const reply = (content: string, message: string | null = '77', bot = false) => ({
    ...{ content, author: { id: '6', username: 'bob', bot } },
    ...(message ? { message_reference: { message_id: message } } : {}),
  });
  const listener = (parts: ListenerParts, botToken = discord.token) =>
    new DiscordListener(
      parts,
      { botToken, webhookUrl: discord.hook(), apiUrl: discord.url, allowPrivate: true },
      () => 1000 * AT,
    );

  it('tells of reactions and replies to our messages, also of what was said while the connection was gone', async () => {
    const { parts, asked, errors } = listening();
    const one = listener(parts);
    one.start();
    await until(() => discord.heartbeats > 1);
    discord.dispatch('MESSAGE_REACTION_ADD', reaction('👀'));
    discord.dispatch('MESSAGE_REACTION_ADD', reaction('👍'));
    discord.dispatch('MESSAGE_REACTION_ADD', reaction('✅', '78'));
    discord.dispatch('MESSAGE_REACTION_ADD', reaction('✅', '77', true));
    discord.dispatch('MESSAGE_CREATE', reply('snooze 1h'));
    discord.dispatch('MESSAGE_CREATE', reply('resolve', null));
    discord.dispatch('MESSAGE_CREATE', reply('resolve', '77', true));
    await until(() => asked.length === 2);
    discord.drop();
    discord.dispatch('MESSAGE_REACTION_ADD', reaction('❌'));
    await until(() => asked.length === 3);
    expect(discord.resumed).toBe(1);
    await one.stop();
    expect(asked).toEqual([
      ['dev_a', { kind: 'acknowledge' }, 'ada'],
      ['dev_a', { kind: 'snooze', until: 1000 * (AT + 3_600) }, 'bob'],
      ['dev_a', { kind: 'false-alarm' }, 'ada'],
    ]);
    expect(errors).toEqual([]);
  });

  it('finds what was said while no session was there to resume, on every page, and nothing that was carried out', async () => {
    const user = (username: string, bot = false) => ({ id: `id-${username}`, username, bot });
    const said = (id: string, content: string, about: string, seconds: number, by = user('bob')) => ({
      ...{ id, content, author: by, message_reference: { message_id: about } },
      timestamp: new Date(1000 * (AT + seconds)).toISOString(),
    });
    const root = { content: '', author: user('hook', true), timestamp: new Date(1000 * AT).toISOString() };
    discord.standing.push(
      { ...root, id: '1000', signs: { '👀': [user('ada'), user('us', true)], '👍': [user('eve')] } },
      { ...root, id: '1001', signs: { '👀': [user('ada')], '❌': [user('eve')] } },
      said('1002', 'snooze 1h', '1001', 10),
      ...Array.from({ length: 150 }, (_, n) => said(String(1003 + n), 'what is this?', '1001', 20)),
      said('1200', 'resolve', '1000', 99),
      said('1201', 'resolve', '999', 99),
    );
    discord.busy = 0.01;
    const { parts, asked, errors } = listening([
      { deviation: 'dev_b', ids: ['1001'], done: ['acknowledged', 'snoozed'], doneAt: 1000 * (AT + 11) },
      { deviation: 'dev_a', ids: ['1000'], done: [], doneAt: null },
    ]);
    const one = listener(parts);
    one.start();
    await until(() => asked.length === 3);
    await one.stop();
    discord.standing.length = 0;
    expect(asked).toEqual([
      ['dev_b', { kind: 'false-alarm' }, 'eve'],
      ['dev_a', { kind: 'acknowledge' }, 'ada'],
      ['dev_a', { kind: 'resolve' }, 'bob'],
    ]);
    expect(errors).toEqual([]);
  });

  it.each([
    ['the token is wrong', 'bot-revoked', true, /token is wrong/],
    ['the bot may not read messages', discord.token, false, /Message Content Intent/],
  ])('is asked once and no more where %s', async (_name, token, privileged, reason) => {
    const { parts, errors } = listening();
    discord.privileged = privileged;
    const one = listener(parts, token);
    one.start();
    await until(() => errors.length > 0);
    const before = discord.connections;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await one.stop();
    discord.privileged = true;
    expect(errors).toEqual([expect.stringMatching(reason)]);
    expect(discord.connections).toBe(before);
  });

  it('is never connected to at a private address that the settings do not allow', async () => {
    const { parts, errors } = listening();
    const before = discord.connections;
    const one = new DiscordListener(parts, {
      ...{ botToken: discord.token, webhookUrl: discord.hook(), apiUrl: discord.url, allowPrivate: false },
    });
    one.start();
    await until(() => errors.length > 0);
    await one.stop();
    expect(errors[0]).toContain('allow_private');
    expect(discord.connections).toBe(before);
  });
});

describe("Slack's Socket Mode", () => {
  const listener = (parts: ListenerParts, appToken = slack.token) =>
    new SlackSocket(parts, { token: slack.botToken, appToken, apiUrl: slack.url, allowPrivate: true });
  const press = {
    type: 'block_actions',
    user: { id: 'U1', name: 'bob' },
    actions: [{ action_id: 'resolve', value: 'dev_b', action_ts: `${AT}.1` }],
  };
  const reacted = (reaction: string, ts = '77') => ({
    event: {
      type: 'reaction_added',
      user: 'U2',
      reaction,
      item: { type: 'message', channel: 'C1', ts },
      event_ts: `${AT}.5`,
    },
  });
  const said = (text: string, more: object = {}) => ({
    event: { type: 'message', user: 'U3', text, thread_ts: '77', ts: String(AT), ...more },
  });

  it('carries buttons, reactions and replies in threads, each answered; goes on when Slack moves the connection', async () => {
    const { parts, asked, errors } = listening();
    const one = listener(parts);
    const before = slack.connections;
    one.start();
    await until(() => slack.connections === before + 1);
    const ids = [
      slack.send('interactive', press),
      slack.send('events_api', reacted('eyes')),
      slack.send('events_api', reacted('thumbsup')),
      slack.send('events_api', said('snooze 1h')),
      slack.send('events_api', said('resolve', { bot_id: 'B1' })),
      slack.send('events_api', said('resolve', { subtype: 'message_changed' })),
      slack.send('events_api', said('shall we resolve it?')),
    ];
    await until(() => slack.acknowledged.length === ids.length);
    expect(slack.acknowledged).toEqual(ids);
    slack.disconnect();
    await until(() => slack.connections === before + 2);
    slack.send('events_api', reacted('x'));
    await until(() => asked.length === 4);
    await one.stop();
    expect(asked).toEqual([
      ['dev_b', { kind: 'resolve' }, 'bob'],
      ['dev_a', { kind: 'acknowledge' }, 'U2'],
      ['dev_a', { kind: 'snooze', until: 1000 * (AT + 3_600) }, 'U3'],
      ['dev_a', { kind: 'false-alarm' }, 'U2'],
    ]);
    expect(errors).toEqual([]);
  });

  describe('of what was said before', () => {
    const open: OpenMessage[] = [
      { deviation: 'dev_a', ids: ['70.1'], place: 'C1', done: [], doneAt: null },
      { deviation: 'dev_b', ids: ['70.2'], place: 'C1', done: ['acknowledged'], doneAt: 1000 * (AT + 5) },
      { deviation: 'dev_gone', ids: ['70.3'], place: 'C1', done: [], doneAt: null },
    ];
    const reply = (text: string, thread_ts: string, seconds: number) => ({
      ...{ user: 'U3', text, thread_ts, ts: `${AT + seconds}.000100` },
    });
    beforeAll(() => {
      slack.standing.set('70.1', {
        reactions: [{ name: 'eyes', users: ['U1', 'U2'] }],
        replies: [reply('hm', '70.1', 9)],
      });
      slack.standing.set('70.2', {
        reactions: [
          { name: 'eyes', users: ['U1'] },
          { name: 'tada', users: ['U1'] },
        ],
        replies: [reply('snooze', '70.2', 4), reply('false alarm', '70.2', 6)],
      });
    });
    const WANTED = [
      ['dev_a', { kind: 'acknowledge' }, 'U1'],
      ['dev_a', { kind: 'acknowledge' }, 'U2'],
      ['dev_b', { kind: 'false-alarm' }, 'U3'],
    ];

    it('finds what nobody has carried out, waiting as long as Slack asks', async () => {
      slack.busy = 0.01;
      const { parts, asked, errors } = listening(open);
      const one = listener(parts);
      one.start();
      await until(() => asked.length === WANTED.length);
      await one.stop();
      expect(asked).toEqual(WANTED);
      expect(errors).toEqual([]);
    });

    it('finds the same where Slack posts its events to us; nothing where the bot may not look', async () => {
      const options = { token: slack.botToken, apiUrl: slack.url, allowPrivate: true };
      const { parts, asked, errors } = listening(open);
      const one = new SlackLookout(parts, options);
      one.start();
      await until(() => asked.length === WANTED.length);
      await one.stop();
      expect(asked).toEqual(WANTED);
      slack.mayRead = false;
      const { asked: none, parts: others } = listening(open);
      const socket = listener(others);
      const before = slack.connections;
      socket.start();
      await until(() => slack.connections === before + 1);
      slack.send('interactive', press);
      await until(() => none.length > 0);
      await socket.stop();
      slack.mayRead = true;
      expect(none).toEqual([['dev_b', { kind: 'resolve' }, 'bob']]);
      expect(errors).toEqual([]);
    });
  });

  it('is not opened again where the token is refused', async () => {
    const { parts, errors } = listening();
    const one = listener(parts, 'xapp-revoked');
    one.start();
    await until(() => errors.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await one.stop();
    expect(errors).toEqual([expect.stringContaining('invalid_auth')]);
  });
});

describe('Telegram, asked for updates', () => {
  const from = { id: 5, is_bot: false, username: 'eve' };
  const button = { callback_query: { id: 'q1', data: 'ack:dev_b', from } };
  const reply = (text: string) => ({
    message: { message_id: 90, date: AT, from, text, reply_to_message: { message_id: 77 } },
  });
  const reacted = (now: string[], before: string[] = []) => ({
    message_reaction: {
      ...{ message_id: 77, date: AT, user: from },
      old_reaction: before.map((emoji) => ({ type: 'emoji', emoji })),
      new_reaction: now.map((emoji) => ({ type: 'emoji', emoji })),
    },
  });

  it('tells of buttons, replies and reactions once, also of those of before it was asked', async () => {
    const { parts, asked, errors } = listening();
    const places = new Places();
    const options = { token: telegram.token, apiUrl: telegram.url, allowPrivate: true };
    telegram.happen(button);
    const one = new TelegramListener(parts, options, places);
    one.start();
    await until(() => asked.length === 1);
    telegram.happen(reply('snooze 1h'), reply('what is this?'), reacted(['👀']), reacted(['👀', '👍'], ['👀']));
    await until(() => places.known.get('x') === '6');
    await one.stop();
    telegram.happen(reply('resolve'));
    const again = new TelegramListener(parts, options, places);
    again.start();
    await until(() => asked.length === 4);
    await again.stop();
    expect(asked).toEqual([
      ['dev_b', { kind: 'acknowledge' }, 'eve'],
      ['dev_a', { kind: 'snooze', until: 1000 * (AT + 3_600) }, 'eve'],
      ['dev_a', { kind: 'acknowledge' }, 'eve'],
      ['dev_a', { kind: 'resolve' }, 'eve'],
    ]);
    expect(telegram.answered).toEqual([{ callback_query_id: 'q1', text: 'Done: acknowledged.' }]);
    expect(errors).toEqual([]);
  });
});
