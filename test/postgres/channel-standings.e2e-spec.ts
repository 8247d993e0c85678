// How channels stand, told from the outbox alone: what was refused, what waits, what gets through again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutboxMessage } from '../../src/alerting/outbox-message.js';
import { tryChannel } from '../../src/cli/notify/try-channel.js';
import { PostgresChannelStandings } from '../../src/outbound/postgres/postgres-channel-standings.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { startReceiver } from '../http/receiver.js';
import { message } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

let test: TestDatabase;
let outbox: PostgresOutboxStore;
let standings: PostgresChannelStandings;
beforeAll(async () => {
  test = await testDatabase();
  outbox = new PostgresOutboxStore(test.database);
  standings = new PostgresChannelStandings(test.database);
});
afterAll(() => test?.close());

const put = (channel: string, ...names: string[]) =>
  outbox.add(
    names.map((name, n): OutboxMessage =>
      message(`${channel}/${name}/1`, { channel, deviationId: name, createdAt: n }),
    ),
  );
const standingOf = async (channel: string) => (await standings.read([channel]))[0];

it('are given in the order of the question, also of channels that were never sent anything', async () => {
  await put('b', 'x');
  const [b, a] = await standings.read(['b', 'a']);
  expect(b).toEqual({ channel: 'b', waiting: 1, lastSentAt: null, givenUp: null, tried: null });
  expect(a).toEqual({ channel: 'a', waiting: 0, lastSentAt: null, givenUp: null, tried: null });
  expect(await standings.read([])).toEqual([]);
});

it('count what was given up since the last message that was sent, and what of it went elsewhere', async () => {
  await put('dead', 'before', 'sent', 'one', 'two', 'three');
  await outbox.failed('dead/before/1', 50, 'was full');
  await outbox.sent('dead/sent/1', 100);
  expect(await standingOf('dead')).toMatchObject({ lastSentAt: 100, givenUp: null });
  await outbox.failed('dead/one/1', 110, 'too large');
  await outbox.failed('dead/two/1', 120, 'token_revoked', 'spare');
  expect(await standingOf('dead')).toEqual({
    ...{ channel: 'dead', waiting: 1, lastSentAt: 100, tried: null },
    givenUp: { count: 2, passedOn: 1, passedTo: 'spare', firstAt: 110, error: 'token_revoked' },
  });
  expect(await standingOf('spare')).toMatchObject({ waiting: 1, givenUp: null });
  await outbox.sent('dead/three/1', 130);
  expect(await standingOf('dead')).toMatchObject({ waiting: 0, lastSentAt: 130, givenUp: null });
});

it('tell of what was tried in vain and still waits, not of what was never tried', async () => {
  await put('away', 'first', 'second', 'third');
  await outbox.retry('away/second/1', 500, '503 at first');
  await outbox.retry('away/second/1', 900, '503 again');
  await outbox.retry('away/third/1', 600, 'timed out');
  expect(await standingOf('away')).toMatchObject({ waiting: 3, tried: { createdAt: 1, error: '503 again' } });
  await outbox.sent('away/second/1', 1_000);
  await outbox.sent('away/third/1', 1_001);
  expect(await standingOf('away')).toMatchObject({ waiting: 1, lastSentAt: 1_001, tried: null });
});

it('say that a channel takes messages again once a sample got through it, each time anew, and not before', async () => {
  const receiver = await startReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'offcurve-sample-'));
  try {
    const config = join(folder, 'offcurve.yml');
    writeFileSync(config, `channels: { hook: { webhook: { url: "${receiver.url}", allow_private: true } } }\n`);
    const environment = { OFFCURVE_CONFIG: config, DATABASE_URL: test.url };
    for (const name of ['first', 'second']) {
      await put('hook', name);
      // What is refused in the millisecond of a success counts as refused before it.
      await outbox.failed(`hook/${name}/1`, Date.now() + 1, '404');
      receiver.answers.push(404);
      await expect(tryChannel('hook', environment)).rejects.toThrow('404');
      expect(await standingOf('hook')).toMatchObject({ givenUp: { count: 1, error: '404' } });
      expect(await tryChannel('hook', environment)).toMatchObject({ sent: true, noted: true });
      expect(await standingOf('hook')).toMatchObject({ waiting: 0, givenUp: null });
    }
    // It is sent, not to be sent.
    expect(await outbox.claim('hook', Date.now() + 60_000, 10, 1_000)).toEqual([]);
    const elsewhere = { ...environment, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
    expect(await tryChannel('hook', elsewhere)).toMatchObject({ sent: true, noted: expect.any(String) });
    expect(await tryChannel('hook', { OFFCURVE_CONFIG: config })).toMatchObject({ sent: true, noted: null });
    expect(receiver.received).toHaveLength(6);
  } finally {
    await receiver.close();
    rmSync(folder, { recursive: true });
  }
});

it('are read by index however many messages were sent, wait or were refused', async () => {
  await test.database.query(
    `insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, due_at, state, sent_at,
                         failed_at, last_error)
     select c || '/' || n || '/1', c, 'd' || n, 1, 'opened', repeat('x', 2000), n, n, s,
            case s when 'sent' then n end, case s when 'failed' then n end, case s when 'sent' then null else 'no' end
       from generate_series(1, 10000) n,
            (values ('waits', 'pending'), ('refused', 'failed'), ('works', 'sent'), ('takes', 'sent')) as v(c, s)`,
  );
  await test.database.query('analyze outbox');
  const asked = await test.database.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers) ${PostgresChannelStandings.SQL}`,
    [['waits', 'refused', 'works', 'takes']],
  );
  const plan = asked.map((line) => line['QUERY PLAN']).join('\n');
  expect(plan).not.toContain('Seq Scan on outbox');
});
