// From the outbox to a service, on the real database: a crash between send and record, and a service that asks for patience.
import type { Channel } from '../../src/alerting/channel.js';
import type { PendingMessage } from '../../src/alerting/outbox-message.js';
import { type OutboxEvents, OutboxLoop } from '../../src/alerting/outbox-loop.js';
import { PagerDutyChannel } from '../../src/outbound/chat/pagerduty/pagerduty-channel.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { batch, change, header } from '../postgres/change.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { FakePagerDuty } from './fakes/fake-pagerduty.js';
import { FakeSlack } from './fakes/fake-slack.js';
import { NOW, message, shift, tools } from './sample.js';

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
  const messages = written.map(({ first: _first, tries: _tries, ...rest }) => rest);
  return new PostgresWatchStore(test.database).commit({ ...batch(change(header(run))), messages });
};
const silent: OutboxEvents = { failed: () => undefined, stumbled: () => undefined };
const waiting = async (channel: string) =>
  (await outbox.depth(NOW)).find((one) => one.channel === channel)?.waiting ?? 0;

/** Runs the sending loop at a time that stands still, until `isSo`. */
async function sending(channel: Channel, now: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const loop = new OutboxLoop(
    outbox,
    [channel],
    silent,
    () => now,
    () => 0,
  );
  loop.start();
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
  await loop.stop();
}

it('is repeated after a crash between send and record: one alert where the service deduplicates', async () => {
  const options = { routingKey: pagerduty.routingKey, apiUrl: pagerduty.url, allowPrivate: true };
  const pager = new PagerDutyChannel('pager', options, tools());
  await write('crash', message('pager', 'opened', shift({ id: 'dev_crash' })));
  const [claimed] = await outbox.claim('pager', NOW, 1, 120_000);
  expect(await pager.send(claimed!)).toEqual({ status: 'sent' });
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
  const loop = new OutboxLoop(
    outbox,
    [dead, fallback],
    events,
    () => NOW,
    () => 0,
    new Map([['dead', 'fallback']]),
  );
  loop.start();
  while (slack.messages.size === before) await new Promise((resolve) => setTimeout(resolve, 20));
  await loop.stop();
  expect(failed).toEqual(['dead']);
  expect(await waiting('dead')).toBe(0);
});
