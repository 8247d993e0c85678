// Ten thousand queued messages drain through the outbox on the real database, and no service is asked too often.
import type { Channel } from '../../src/alerting/channel.js';
import { OutboxLoop } from '../../src/alerting/outbox-loop.js';
import type { OutboxMessage } from '../../src/alerting/outbox-message.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { WITH_MATRIX, startSenders, stopSenders } from './all-senders.js';
import { NOW, message, shift, unsent } from './sample.js';

const EACH = Math.ceil(10_000 / WITH_MATRIX.length);

jest.setTimeout(600_000);

let test: TestDatabase;
let outbox: PostgresOutboxStore;
beforeAll(async () => {
  test = await testDatabase();
  outbox = new PostgresOutboxStore(test.database);
  await startSenders();
});
afterAll(() => Promise.all([test?.close(), stopSenders()]));

afterEach(() => test.database.query(`delete from outbox`));

/** Half of them about deviations of their own, each with an update behind it. */
function queued(channel: string): OutboxMessage[] {
  return Array.from({ length: EACH }, (_, n) => {
    const isUpdate = n % 2 === 1;
    const of = shift({ id: `dev_${channel}_${n >> 1}`, version: isUpdate ? 2 : 1, kind: isUpdate ? 'drift' : 'shift' });
    return unsent(message(channel, isUpdate ? 'updated' : 'opened', of));
  });
}

/** On a clock that pauses move on. */
async function drain(channel: Channel, clock: { now: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const loop = new OutboxLoop({
      ...{ store: outbox, channels: [channel], clock: () => clock.now, random: () => 0 },
      events: {
        failed: (_channel, { id }, error) => reject(new Error(`${id}: ${error}`)),
        stumbled: (_channel, error) => reject(error as Error),
      },
      pause: async (ms) => {
        clock.now += ms;
        const waits = (await outbox.depth(clock.now)).some(
          ({ channel: name, waiting }) => name === channel.name && waiting > 0,
        );
        if (!waits) void loop.stop().then(resolve);
      },
    });
    loop.start();
  });
}

it.each(WITH_MATRIX)(
  '$name takes every one of its share, and is never asked for more than it documents',
  async (sender) => {
    const clock = { now: NOW };
    sender.fake.clock = () => clock.now;
    await outbox.add(queued('x'));
    const before = sender.shown();
    await drain(sender.channel(true, true), clock);
    expect(sender.fake.violations).toBe(0);
    expect(sender.shown()).toBeGreaterThanOrEqual(before + EACH / 2);
    const rows = await test.database.query<{ state: string; tries: number; count: number }>(
      `select state, max(tries) as tries, count(*)::int as count from outbox where channel = 'x' group by state`,
    );
    expect(rows).toEqual([{ state: 'sent', tries: 1, count: EACH }]);
  },
);
