// From the outbox to a service, on the real database: a crash between send and record, and a service that asks for patience.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel } from '../../src/alerting/channel.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { DigestClock } from '../../src/alerting/digest-clock.js';
import type { PendingMessage } from '../../src/alerting/outbox-message.js';
import { type OutboxEvents, OutboxLoop, type OutboxLoopParts } from '../../src/alerting/outbox-loop.js';
import { timeOfDay } from '../../src/alerting/time-of-day.js';
import { PagerDutyChannel } from '../../src/outbound/chat/pagerduty/pagerduty-channel.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { batch, change, header } from '../postgres/change.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { FakePagerDuty } from './fakes/fake-pagerduty.js';
import { FakeSlack } from './fakes/fake-slack.js';
import { NOW, message, shift, tools, unsent } from './sample.js';

jest.setTimeout(60_000);

let test: TestDatabase;
let outbox: PostgresOutboxStore;
const slack = new FakeSlack();
const pagerduty = new FakePagerDuty();
beforeAll(async () => {
  test = await testDatabase();
  outbox = new PostgresOutboxStore(test.database);
  await Promise.all([slack.start(), pagerduty.start()]);
});
afterAll(() => Promise.all([test?.close(), slack.stop(), pagerduty.stop()]));

const slackAs = (name: string) =>
  new SlackChannel(name, { token: slack.token, channel: '#training', apiUrl: slack.url, allowPrivate: true }, tools());
const write = (run: string, ...written: PendingMessage[]) => {
  return new PostgresWatchStore(test.database).commit({ ...batch(change(header(run))), messages: written.map(unsent) });
};
const silent: OutboxEvents = { failed: () => undefined, stumbled: () => undefined };
const waiting = async (channel: string) =>
  (await outbox.depth(NOW)).find((one) => one.channel === channel)?.waiting ?? 0;

/** Runs the sending loop on a clock of its own, on which pauses take no time; `until` sees the time at each of them. */
async function hastened(
  parts: Pick<OutboxLoopParts, 'channels' | 'rates'>,
  until: (now: number) => boolean | Promise<boolean>,
  { from = NOW, leastPauseMs = 0 } = {},
): Promise<number> {
  let now = from;
  await new Promise<void>((resolve, reject) => {
    const loop = new OutboxLoop({
      ...{ ...parts, store: outbox, clock: () => now, random: () => 0 },
      events: { failed: () => undefined, stumbled: (_channel, error) => reject(error as Error) },
      pause: async (ms) => {
        now += Math.max(ms, leastPauseMs);
        if (await until(now)) void loop.stop().then(resolve);
      },
    });
    loop.start();
  });
  return now;
}

const sending = (channel: Channel, from: number, isSo: () => boolean | Promise<boolean>): Promise<number> =>
  hastened({ channels: [channel] }, isSo, { from });

it('is repeated after a crash between send and record: one alert where the service deduplicates', async () => {
  const options = { routingKey: pagerduty.routingKey, apiUrl: pagerduty.url, allowPrivate: true };
  const pager = new PagerDutyChannel('pager', options, tools());
  await write('crash', message('pager', 'opened', shift({ id: 'dev_crash' })));
  const [claimed] = await outbox.claim('pager', NOW, 1, 120_000);
  expect(await pager.send(claimed!)).toMatchObject({ status: 'sent' });
  // The process ends here; while the claim lasts nobody sends it.
  expect(await outbox.claim('pager', NOW + 119_999, 1, 120_000)).toEqual([]);
  await sending(pager, NOW + 120_000, async () => (await waiting('pager')) === 0);
  expect([...pagerduty.alerts]).toEqual([['dev_crash', expect.objectContaining({ triggers: 2, status: 'triggered' })]]);
});

it('keeps its order through a storm of refusals, and is sent no sooner than the service says', async () => {
  const channel = slackAs('storm');
  const over = shift({ id: 'dev_storm', version: 2, status: 'resolved', resolvedAt: NOW });
  await write('storm', message('storm', 'opened', shift({ id: 'dev_storm' })), message('storm', 'resolved', over));
  let now = NOW;
  for (let refusals = 0; refusals < 5; refusals++) {
    slack.refuseOnce(600);
    await sending(channel, now, () => !slack.refuses);
    // Neither the refused message nor the one behind it is due before the service's own time.
    expect(await outbox.claim('storm', now + 599_999, 32, 0)).toEqual([]);
    expect(slack.messages.size).toBe(0);
    now += 600_000;
  }
  await sending(channel, now, async () => (await waiting('storm')) === 0);
  const [root, ...replies] = [...slack.messages.values()];
  expect(root!.text).toMatch(/^over: /);
  expect(replies).toEqual([expect.objectContaining({ thread_ts: [...slack.messages.keys()][0] })]);
});

it('that is refused for good waits at the fallback, and holds up nobody else', async () => {
  const dead = new SlackChannel(
    'dead',
    { token: 'xoxb-revoked', channel: '#training', apiUrl: slack.url, allowPrivate: true },
    tools(),
  );
  const before = slack.messages.size;
  await write('dead', message('dead', 'opened', shift({ id: 'dev_dead' })));
  const fallback = slackAs('fallback');
  const failed: string[] = [];
  const events = { ...silent, failed: (channel: string) => failed.push(channel) };
  const loop = new OutboxLoop({
    ...{ store: outbox, channels: [dead, fallback], events, clock: () => NOW, random: () => 0 },
    fallbacks: new Map([['dead', 'fallback']]),
  });
  loop.start();
  while (slack.messages.size === before) await new Promise((resolve) => setTimeout(resolve, 20));
  await loop.stop();
  expect(failed).toEqual(['dead']);
  expect(await waiting('dead')).toBe(0);
});

it('to a service that never answers delays no other', async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const hanging = new SlackChannel('hangs', { token: 'x', channel: '#a', apiUrl, allowPrivate: true }, tools());
  const before = slack.messages.size;
  const asked = new Promise((resolve) => mute.once('request', resolve));
  await write('hangs', message('hangs', 'opened', shift({ id: 'dev_hangs' })));
  const loop = new OutboxLoop({
    ...{ store: outbox, channels: [hanging, slackAs('beside')], events: silent, clock: () => NOW, random: () => 0 },
  });
  loop.start();
  await asked;
  await write('beside', message('beside', 'opened', shift({ id: 'dev_beside' })));
  loop.nudge();
  while (slack.messages.size === before) await new Promise((resolve) => setTimeout(resolve, 20));
  while ((await waiting('beside')) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  mute.closeAllConnections();
  await loop.stop();
  await new Promise((resolve) => mute.close(resolve));
  expect(await waiting('hangs')).toBe(1);
});

it('goes out once, and not long after, when the service was down for an hour', async () => {
  const down = await new FakeSlack().start();
  const { url, token } = down;
  await down.stop();
  const channel = new SlackChannel('hour', { token, channel: '#training', apiUrl: url, allowPrivate: true }, tools());
  await write('hour', message('hour', 'opened', shift({ id: 'dev_hour' })));
  await hastened({ channels: [channel] }, (now) => now >= NOW + 3_600_000, { leastPauseMs: 10_000 });
  expect(await waiting('hour')).toBe(1);
  await down.start(Number(new URL(url).port));
  const from = NOW + 3_600_000;
  const at = await hastened({ channels: [channel] }, () => down.messages.size > 0, { from, leastPauseMs: 10_000 });
  expect(at - from).toBeLessThan(330_000);
  expect(await waiting('hour')).toBe(0);
  expect(down.messages.size).toBe(1);
  await down.stop();
});

it('of one deviation waits for the one before it, and then edits it, also where somebody acknowledges meanwhile', async () => {
  const channel = slackAs('meanwhile');
  const opened = message('meanwhile', 'opened', shift({ id: 'dev_meanwhile' }));
  await write('meanwhile', opened);
  const [claimed] = await outbox.claim('meanwhile', NOW, 1, 120_000);
  const acked = shift({ id: 'dev_meanwhile', version: 2, status: 'acknowledged', acknowledgedBy: 'ada' });
  const written = message('meanwhile', 'updated', acked, { cause: 'acknowledged', actor: 'ada' });
  await outbox.add([unsent(written)]);
  expect(await outbox.claim('meanwhile', NOW, 32, 120_000)).toEqual([]);
  const before = new Set(slack.messages.keys());
  const sent = await channel.send(claimed!);
  await outbox.sent(claimed!.id, NOW, (sent as { receipt: { ids: string[] } }).receipt);
  await sending(channel, NOW, async () => (await waiting('meanwhile')) === 0);
  const [root, reply] = [...slack.messages].filter(([ts]) => !before.has(ts)).map(([, post]) => post);
  expect(JSON.stringify(root!.blocks)).toContain('acknowledged by ada');
  expect(reply!.text).toContain('acknowledged by ada');
});

describe("a channel's rate", () => {
  const rates = new Map([['busy', { most: 3, perMs: 600_000 }]]);
  const one = (n: number, parts = {}) => shift({ id: `dev_busy_${n}`, run: `run-${n}`, runs: [`run-${n}`], ...parts });
  const held = async () =>
    (await test.database.query<{ id: string }>(`select id from outbox where channel = 'busy' and state = 'held'`))
      .length;

  it('lets so many through; one summary, the last of them, lists what it holds back, the worst first', async () => {
    await write('busy', ...Array.from({ length: 11 }, (_, n) => message('busy', 'opened', one(n))));
    const worst = one(11, { kind: 'non-finite', observed: NaN, price: { ...one(0).price, computeShare: null } });
    await outbox.add([unsent(message('busy', 'opened', worst))]);
    const before = new Set(slack.messages.keys());
    await hastened({ channels: [slackAs('busy')], rates }, async () => (await waiting('busy')) === 0);
    const shown = [...slack.messages].filter(([ts]) => !before.has(ts)).map(([, { text }]) => text);
    expect(shown).toHaveLength(3);
    expect(shown[2]).toMatch(/^10 messages about 10 deviations held back: this channel takes 3 in 10 min\n/);
    expect(shown[2]!.split('\n')[1]).toContain('run-11: loss is not finite');
    expect(await held()).toBe(10);
  });

  it('holds back no end of what the channel shows, and opens again when its time has gone', async () => {
    const from = NOW + 60_000;
    const over = one(0, { version: 2, status: 'resolved', resolvedAt: from });
    const unseen = one(5, { version: 2, status: 'resolved', resolvedAt: from });
    const added = [message('busy', 'resolved', over, { at: from }), message('busy', 'resolved', unseen, { at: from })];
    await outbox.add(added.map(unsent));
    const before = slack.messages.size;
    await hastened({ channels: [slackAs('busy')], rates }, async () => (await waiting('busy')) === 1, { from });
    expect([...slack.messages.values()].filter(({ text }) => text?.startsWith('over: run-0 lost'))).toHaveLength(2);
    expect(slack.messages.size).toBe(before + 1);
    const later = NOW + 700_000;
    await hastened({ channels: [slackAs('busy')], rates }, async () => (await waiting('busy')) === 0, { from: later });
    expect([...slack.messages.values()].at(-1)!.text).toMatch(/^over: run-5 lost/);
  });
});

it('of the day says what opened, closed and is open, once a channel however many instances write it', async () => {
  const to = Date.parse('2026-11-24T08:00:00Z');
  const hours = (n: number): number => to - n * 3_600_000;
  const of = (id: string, parts: Partial<Deviation>) => ({
    ...{ type: 'opened' as const, deviation: shift({ id, run: id, runs: [id], ...parts }) },
  });
  await new PostgresWatchStore(test.database).commit(
    batch(
      change(header('digest', { newestStep: 400, metadata: { planned_steps: 1_000 } }), {
        deviations: [
          of('still', { openedAt: hours(30), status: 'acknowledged', acknowledgedBy: 'ada' }),
          of('fresh', { openedAt: hours(2) }),
          of('brief', { openedAt: hours(3), status: 'resolved', resolvedAt: hours(1) }),
          of('last-week', { openedAt: hours(200), status: 'resolved', resolvedAt: hours(100) }),
        ],
        forecasts: [
          {
            ...{ metric: 'loss', attempt: 1, step: 400 },
            forecast: { until: 1_000, final: { loss: 2.31, lower: 2.28, upper: 2.35 } },
          },
        ],
      }),
    ),
  );
  const digest = () =>
    new DigestClock({
      at: timeOfDay('09:00 Europe/Berlin')!,
      channels: ['morning', 'mail'],
      deviations: new PostgresDeviationStore(test.database),
      runs: new PostgresRunReader(test.database),
      outbox,
      sender: { publicUrl: 'https://offcurve.example.org' },
      nudge: () => undefined,
      onError: () => undefined,
      clock: () => to + 40_000,
    });
  const one = digest();
  expect(await Promise.all([one.look(), digest().look()])).toEqual([true, true]);
  expect(await one.look()).toBe(false);
  expect(await outbox.claim('mail', to + 60_000, 32, 0)).toHaveLength(1);
  const [{ body }] = (await outbox.claim('morning', to + 60_000, 32, 0)) as [PendingMessage];
  const { headline, lines } = (JSON.parse(body) as { data: { headline: string; lines: string[] } }).data;
  expect(headline).toMatch(/^Last 24 h: 2 opened, 1 closed, 2 open; \d+ runs are running$/);
  expect(lines).toEqual([
    expect.stringMatching(/^Open: still lost 12 % .* \(acknowledged by ada since 30 h\)$/),
    expect.stringMatching(/^Open: fresh lost 12 % .* \(open since 2 h\)$/),
    expect.stringMatching(/^Closed: brief lost 12 % .* \(by itself\)$/),
    'Running: digest is at step 400 of 1,000; forecast loss 2.310 (2.280–2.350) at its end',
  ]);
});
