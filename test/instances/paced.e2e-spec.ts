// Several instances send to one channel whose service counts: together they stay within its limit, on the real database.
import { OutboxLoop } from '../../src/alerting/outbox-loop.js';
import { SlackChannel } from '../../src/outbound/chat/slack/slack-channel.js';
import { PostgresLeases } from '../../src/outbound/postgres/postgres-leases.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { FakeSlack } from '../alerting/fakes/fake-slack.js';
import { NOW, message, shift, tools, unsent } from '../alerting/sample.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

const QUEUED = 30;

// Real servers on a busy machine.
jest.setTimeout(60_000);

let test: TestDatabase;
let outbox: PostgresOutboxStore;
let now = NOW;
const slack = new FakeSlack();
beforeAll(async () => {
  test = await testDatabase();
  outbox = new PostgresOutboxStore(test.database);
  await slack.start();
  slack.clock = () => now;
});
afterAll(() => Promise.all([test?.close(), slack.stop()]));
beforeEach(() => test.database.query('truncate leases'));

const queue = (name: string, count: number) =>
  outbox.add(
    Array.from({ length: count }, (_, n) => unsent(message('room', 'opened', shift({ id: `dev_${name}_${n}` })))),
  );
const waiting = async () => (await outbox.depth(now))[0]?.waiting ?? 0;

/** One instance; all have the same clock, which their pauses move on by half of what they wait, since several do. */
function instance(onPause: () => Promise<void>) {
  const { token, url } = slack;
  const room = new SlackChannel('room', { token, channel: '#training', apiUrl: url, allowPrivate: true }, tools());
  return new OutboxLoop({
    ...{
      store: outbox,
      channels: [room],
      clock: () => now,
      random: () => 0,
      leases: new PostgresLeases(test.database),
    },
    events: {
      failed: (_channel, _message, error) => {
        throw new Error(error);
      },
      stumbled: (_channel, error) => {
        throw error;
      },
    },
    pause: async (ms) => {
      now += ms / 2;
      await onPause();
    },
  });
}

it('one of three sends at a time, and together they send everything, no faster than one may', async () => {
  await queue('three', QUEUED);
  const began = now;
  let all: OutboxLoop[] = [];
  await new Promise<void>((resolve) => {
    all = Array.from({ length: 3 }, () => instance(async () => ((await waiting()) === 0 ? resolve() : undefined)));
    for (const one of all) one.start();
  });
  await Promise.all(all.map((one) => one.stop()));
  expect(slack.messages.size).toBe(QUEUED);
  expect(slack.violations).toBe(0);
  expect(now - began).toBeGreaterThanOrEqual((QUEUED - 1) * 1_000);
});

it('the next one goes on at once where the first stops, from what that one has sent already', async () => {
  await queue('next', 50);
  const sent = slack.messages.size;
  const run = (until: () => Promise<boolean>) =>
    new Promise<void>((resolve) => {
      const one = instance(async () => {
        if (await until()) void one.stop().then(resolve);
      });
      one.start();
    });
  await run(async () => slack.messages.size >= sent + 5);
  await run(async () => (await waiting()) === 0);
  expect(slack.messages.size).toBe(sent + 50);
  expect(slack.violations).toBe(0);
});

it('the next one waits for its turn where the first was killed, and has it when the time of the first is over', async () => {
  const [killed, next] = [new PostgresLeases(test.database), new PostgresLeases(test.database)];
  expect(await killed.take('sending/room', 'killed', 15_000)).toBe(true);
  await queue('killed', 1);
  const sent = slack.messages.size;
  let looks = 0;
  await new Promise<void>((resolve) => {
    const one = instance(async () => {
      looks++;
      if (looks === 20) {
        expect(slack.messages.size).toBe(sent);
        await test.database.query(`update leases set until = clock_timestamp() - interval '1 s'`);
      }
      if ((await waiting()) === 0) void one.stop().then(resolve);
    });
    one.start();
  });
  expect(looks).toBeGreaterThanOrEqual(20);
  expect(slack.messages.size).toBe(sent + 1);
  expect(await next.take('sending/room', 'anybody', 1)).toBe(true);
});
