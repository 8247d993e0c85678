// How a message changes in the services that can edit, thread or deduplicate, and what stands in where it was deleted.
import type { Channel } from '../../src/alerting/channel.js';
import type { Receipt } from '../../src/alerting/outbox-message.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import { DiscordChannel } from '../../src/outbound/chat/discord/discord-channel.js';
import { PagerDutyChannel } from '../../src/outbound/chat/pagerduty/pagerduty-channel.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { TelegramChannel } from '../../src/outbound/chat/telegram/telegram-channel.js';
import { FakeDiscord } from './fakes/fake-discord.js';
import { FakePagerDuty } from './fakes/fake-pagerduty.js';
import { FakeSlack } from './fakes/fake-slack.js';
import { FakeTelegram } from './fakes/fake-telegram.js';
import { NOW, PICTURE, message, shift, tools } from './sample.js';

const slack = new FakeSlack();
const discord = new FakeDiscord();
const telegram = new FakeTelegram();
const pagerduty = new FakePagerDuty();
const fakes = [slack, discord, telegram, pagerduty];
beforeAll(() => Promise.all(fakes.map((fake) => fake.start())));
afterAll(() => Promise.all(fakes.map((fake) => fake.stop())));

const open = shift();
const acked = shift({ version: 2, status: 'acknowledged', acknowledgedBy: 'ada' });
const over = shift({ version: 3, status: 'resolved', resolvedAt: NOW + 3_600_000 });

async function sent(
  channel: Channel,
  ...parts: Parameters<typeof message> extends [string, ...infer Rest] ? Rest : []
) {
  const result = await channel.send(message('x', ...parts));
  expect(result).toMatchObject({ status: 'sent' });
  return (result as { receipt?: Receipt }).receipt ?? null;
}

describe('Slack', () => {
  const channel = () =>
    new SlackChannel('x', { token: slack.token, channel: '#training', apiUrl: slack.url, allowPrivate: true }, tools());

  it('shows the picture in the thread, is edited, and loses its buttons when it is over', async () => {
    const first = await sent(channel(), 'opened', open);
    const root = first!.ids[0]!;
    expect(slack.shown).toEqual([{ thread: root, bytes: PICTURE }]);
    expect(JSON.stringify(slack.messages.get(root))).toContain('"action_id":"acknowledge"');
    await sent(channel(), 'updated', acked, { first, cause: 'acknowledged', actor: 'ada' });
    expect(JSON.stringify(slack.messages.get(root))).toContain('acknowledged by ada');
    await sent(channel(), 'resolved', over, { first });
    expect(slack.messages.get(root)!.text).toMatch(/^over: /);
    expect(JSON.stringify(slack.messages.get(root))).not.toContain('action_id');
    const replies = [...slack.messages.values()].filter(({ thread_ts: thread }) => thread === root);
    expect(replies.map(({ text }) => text)).toEqual([
      expect.stringMatching(/acknowledged by ada$/),
      expect.stringMatching(/^over: .*closed without coming back before anybody acknowledged it$/),
    ]);
  });

  it('is left as it is where the workspace lets nobody edit any more: its thread tells the news', async () => {
    const first = await sent(channel(), 'opened', open);
    slack.editsClosed = true;
    await sent(channel(), 'resolved', over, { first });
    slack.editsClosed = false;
    const replies = [...slack.messages.values()].filter(({ thread_ts: thread }) => thread === first!.ids[0]);
    expect(replies.map(({ text }) => text)).toEqual([expect.stringMatching(/^over: /)]);
  });

  it('begins anew where somebody deleted the message', async () => {
    const first = await sent(channel(), 'opened', open);
    slack.messages.delete(first!.ids[0]!);
    const second = await sent(channel(), 'updated', acked, { first });
    expect(second!.ids).not.toEqual(first!.ids);
    expect(slack.messages.has(second!.ids[0]!)).toBe(true);
  });

  it.each([
    ['is_archived', 'failed'],
    ['not_in_channel', 'failed'],
    ['internal_error', 'retry'],
  ])('that answers %s with status 200 is %s', async (word, status) => {
    slack.refusal = word;
    expect(await channel().send(message('x', 'opened', open))).toMatchObject({
      status,
      error: `Slack answered ${word}`,
    });
    expect(await channel().check()).toContain(word);
    slack.refusal = null;
    expect(await channel().check()).toBeNull();
  });
});

describe('Discord', () => {
  const channel = () => new DiscordChannel('x', { webhookUrl: discord.hook(), allowPrivate: true }, tools());

  it('carries the picture, which stays through edits', async () => {
    const first = await sent(channel(), 'opened', open);
    const shown = discord.messages.get(first!.ids[0]!)!;
    expect(shown.files.get('curve.png')!.equals(PICTURE)).toBe(true);
    await sent(channel(), 'resolved', over, { first });
    expect(shown.post.embeds![0]).toMatchObject({
      title: expect.stringMatching(/^over\\: /),
      image: { url: 'attachment://curve.png' },
    });
    expect(shown.post.allowed_mentions).toEqual({ parse: [] });
  });

  it('begins anew where somebody deleted the message, and is given up where the webhook was', async () => {
    const first = await sent(channel(), 'opened', open);
    discord.messages.delete(first!.ids[0]!);
    expect((await sent(channel(), 'updated', acked, { first }))!.ids).not.toEqual(first!.ids);
    expect(await channel().check()).toBeNull();
    discord.removed = true;
    expect(await channel().send(message('x', 'updated', acked, { first }))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Unknown Webhook'),
    });
    expect(await channel().check()).toContain('Unknown Webhook');
    discord.removed = false;
  });
});

it('is sent once by Discord where a proxy swallows the answer: nothing names it, and nothing is sent again', async () => {
  const muted = new FakeDiscord();
  await muted.start();
  muted.mute = true;
  const channel = new DiscordChannel('x', { webhookUrl: muted.hook(), allowPrivate: true }, tools());
  expect(await channel.send(message('x', 'opened', open))).toEqual({ status: 'sent' });
  await muted.stop();
});

describe('Telegram', () => {
  const channel = () =>
    new TelegramChannel(
      'x',
      { token: telegram.token, chat: telegram.chat, apiUrl: telegram.url, allowPrivate: true },
      tools(),
    );

  it('is edited and answered; an edit that changes nothing, or finds nothing, loses no news', async () => {
    const first = await sent(channel(), 'opened', open);
    const root = Number(first!.ids[0]);
    expect(telegram.photos.at(-1)).toEqual({ replyTo: root, bytes: PICTURE });
    await sent(channel(), 'updated', open, { first });
    await sent(channel(), 'resolved', over, { first });
    expect(telegram.messages.get(root)).toMatchObject({
      text: expect.stringMatching(/^<s>over: /),
      reply_markup: { inline_keyboard: [] },
    });
    telegram.messages.delete(root);
    await sent(channel(), 'resolved', over, { first });
    const replies = [...telegram.messages.values()].filter(({ reply_parameters: to }) => to?.message_id === root);
    expect(replies).toHaveLength(3);
  });

  it('is given up where the bot was removed from the chat', async () => {
    telegram.kicked = true;
    expect(await channel().send(message('x', 'opened', open))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('kicked'),
    });
    telegram.kicked = false;
  });
});

describe('an answer that a proxy has emptied', () => {
  it('is no reason for Telegram to be sent the same again', async () => {
    const { token, chat, url: apiUrl } = telegram;
    telegram.breakOnce(200);
    const first = await sent(
      new TelegramChannel('x', { token, chat, apiUrl, allowPrivate: true }, tools()),
      'opened',
      open,
    );
    expect(first).toBeNull();
  });
});

describe('PagerDuty', () => {
  const channel = () =>
    new PagerDutyChannel('x', { routingKey: pagerduty.routingKey, apiUrl: pagerduty.url, allowPrivate: true }, tools());

  it('is one alert that is acknowledged and resolved, however often each is said', async () => {
    for (let twice = 0; twice < 2; twice++) await sent(channel(), 'opened', open);
    expect(pagerduty.alerts.get(open.id)).toMatchObject({ status: 'triggered', triggers: 2 });
    for (let twice = 0; twice < 2; twice++)
      await sent(channel(), 'updated', acked, { cause: 'acknowledged', actor: 'ada' });
    expect(pagerduty.alerts.get(open.id)!.status).toBe('acknowledged');
    for (let twice = 0; twice < 2; twice++) await sent(channel(), 'resolved', over);
    expect([...pagerduty.alerts.values()]).toEqual([expect.objectContaining({ status: 'resolved', triggers: 2 })]);
  });

  it('stays one alert where its deviation becomes part of a data event, and is resolved with that', async () => {
    const first = await sent(channel(), 'opened', shift({ id: 'dev_lead' }));
    const event = shift({ id: 'dev_event', thread: 'dev_lead', run: null, runs: ['a', 'b'], kind: 'data-event' });
    await sent(channel(), 'updated', event, { first });
    await sent(channel(), 'resolved', { ...event, version: 2, status: 'resolved', resolvedAt: NOW }, { first });
    expect(pagerduty.alerts.get('dev_lead')).toMatchObject({ status: 'resolved', triggers: 2 });
    expect(pagerduty.alerts.has('dev_event')).toBe(false);
  });

  it('leaves the picture out where it could be had by plain HTTP only, which PagerDuty refuses', async () => {
    const links = new SignedLinks('http://offcurve.example.org', 'a secret of some length');
    const options = { routingKey: pagerduty.routingKey, apiUrl: pagerduty.url, allowPrivate: true };
    await sent(new PagerDutyChannel('x', options, { ...tools(), links }), 'opened', shift({ id: 'dev_http' }));
    expect(pagerduty.alerts.get('dev_http')).toMatchObject({ status: 'triggered' });
  });
});
