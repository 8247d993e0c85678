// Hundreds of messages wait for a channel that asks for patience or is gone: on the real database, with a clock that pauses move on.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel } from '../../src/alerting/channel.js';
import { OutboxLoop } from '../../src/alerting/outbox-loop.js';
import { WebhookChannel } from '../../src/outbound/chat/webhook/webhook-channel.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { NOW, message, shift, unsent } from './sample.js';

const QUEUED = 200;
const MINUTE = 60_000;

// Real servers on a busy machine.
jest.setTimeout(60_000);

let test: TestDatabase;
let outbox: PostgresOutboxStore;
let server: Server;
/** When each request came, and what it is answered. */
const asked: number[] = [];
let answer: { status: number; retryAfter?: number } = { status: 200 };
let now = NOW;
beforeAll(async () => {
  test = await testDatabase();
  outbox = new PostgresOutboxStore(test.database);
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked.push(now);
      if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
      response.writeHead(answer.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => Promise.all([test?.close(), new Promise((resolve) => server.close(resolve))]));
beforeEach(() => {
  now = NOW;
  asked.length = 0;
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
const webhook = (name: string, to = url()) =>
  new WebhookChannel(name, { url: to, secret: null, allowPrivate: true }, () => now);
const queue = (channel: string) =>
  outbox.add(
    Array.from({ length: QUEUED }, (_, n) => unsent(message(channel, 'opened', shift({ id: `dev_${channel}_${n}` })))),
  );
const waiting = async (channel: string) =>
  (await outbox.depth(now)).find((one) => one.channel === channel)?.waiting ?? 0;

/** Sends until `until` (ms), or until nothing waits; gives how often the database was asked for messages. */
async function send(channel: Channel, until: number): Promise<number> {
  let claims = 0;
  const store = Object.assign(Object.create(outbox) as PostgresOutboxStore, {
    claim: (...args: Parameters<PostgresOutboxStore['claim']>) => (claims++, outbox.claim(...args)),
  });
  await new Promise<void>((resolve, reject) => {
    const loop = new OutboxLoop({
      ...{ store, channels: [channel], clock: () => now, random: () => 0 },
      events: {
        failed: (_channel, _message, error) => reject(new Error(error)),
        stumbled: (_channel, error) => reject(error as Error),
      },
      pause: async (ms) => {
        now += ms;
        if (now >= until || (await waiting(channel.name)) === 0) void loop.stop().then(resolve);
      },
    });
    loop.start();
  });
  return claims;
}

it('after a 429 nothing at all is asked of the service until the time it names, whatever else waits', async () => {
  await queue('storm');
  answer = { status: 429, retryAfter: 40 };
  await send(webhook('storm'), NOW + 3 * MINUTE);
  expect(asked.map((at) => at - NOW)).toEqual([0, 40_000, 80_000, 120_000, 160_000]);
  answer = { status: 200 };
  await send(webhook('storm'), NOW + 60 * MINUTE);
  expect(await waiting('storm')).toBe(0);
  expect(asked).toHaveLength(5 + QUEUED);
});

it('a dead service is asked for one message in half a minute however many wait, and gets all within minutes of its return', async () => {
  await queue('dead');
  answer = { status: 503 };
  const claims = await send(webhook('dead'), NOW + 60 * MINUTE);
  expect(asked.length).toBeGreaterThanOrEqual(100);
  expect(asked.length).toBeLessThan(140);
  expect(claims).toBeLessThan(2 * asked.length);
  answer = { status: 200 };
  const back = now;
  await send(webhook('dead'), back + 5 * MINUTE + 30_000);
  expect(await waiting('dead')).toBe(0);
});

it('claims a message as cheaply where ten thousand wait as where ten do, also before the database has counted them', async () => {
  const looked = async (channel: string): Promise<number> => {
    const before = await rowsRead();
    const claimed = await outbox.claim(channel, NOW, 1, MINUTE);
    expect(claimed).toHaveLength(1);
    return (await rowsRead()) - before;
  };
  const rows = (channel: string, count: number) =>
    test.database.query(
      `insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, due_at)
       select $1 || n, $1, $1 || n / 2, 1 + n % 2, case n % 2 when 0 then 'opened' else 'updated' end, '{}', 0, 0
         from generate_series(0, $2 - 1) n`,
      [channel, count],
    );
  await rows('few', 10);
  await rows('many', 10_000);
  const few = await looked('few');
  expect(few).toBeGreaterThan(0);
  expect(await looked('many')).toBeLessThan(few + 20);
  await test.database.query('analyze outbox');
  expect(await looked('many')).toBeLessThan(few + 20);
});

/** Rows of the outbox that queries have fetched so far, by its table or its indexes, with what has not been reported yet. */
async function rowsRead(): Promise<number> {
  const sql = `select seq_tup_read::int + coalesce(idx_tup_fetch, 0)::int as rows from pg_stat_user_tables where relname = 'outbox'`;
  await test.database.query('select pg_stat_force_next_flush()');
  await test.database.query('select pg_stat_clear_snapshot()');
  const [row] = await test.database.query<{ rows: number }>(sql);
  return row!.rows;
}
