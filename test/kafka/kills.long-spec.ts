// Killed in mid-batch again and again while 100,000 records stream, five times with its database: each point, deviation and
// notification is there exactly once, and no start needs a hand.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { type RunningKafka, startKafka } from '../../scripts/kafka/broker.mjs';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { Database } from '../../src/outbound/postgres/database.js';
import { EmbeddedServer } from '../../src/outbound/postgres/embedded/embedded-server.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { TestTopics, record, until, valuesOf } from './kafka-service.js';
import { ServeProcess } from './long-service.js';

jest.setTimeout(1_500_000);

const RUNS = 20;
const STEPS = 5_000;
const KILLS = 10;
/** Each run breaks off into NaN at these steps, for four steps: deviations that are known beforehand. */
const BROKEN = [700, 2_300, 4_100];

let dir: string;
let kafka: RunningKafka;
let topics: TestTopics;
let hooks: Server;
const received = new Map<string, Set<string>>();
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-kills-'));
  chmodSync(dir, 0o755);
  kafka = await startKafka({ dir: join(dir, 'kafka'), heap: '384m' });
  topics = await TestTopics.on(kafka.bootstrap, 4);
  hooks = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const id = String(request.headers['idempotency-key']);
      received.set(id, (received.get(id) ?? new Set()).add(body));
      response.end();
    });
  });
  await new Promise<void>((done) => hooks.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await topics?.close();
  hooks?.close();
  await Promise.all((kafka?.brokers ?? []).map((broker) => broker.kill()));
  rmSync(dir, { recursive: true, force: true });
});

const started = Date.now() / 1000 - 60;
const isBroken = (step: number): boolean => BROKEN.some((from) => step >= from && step < from + 4);
/** A falling curve with noise that only the place decides, and a level shift in every third run. */
function lossAt(run: number, step: number): number {
  if (isBroken(step)) return NaN;
  const noise = Math.sin(12.9898 * step + 78.233 * run) * 43758.5453;
  const shift = run % 3 === 0 && step > 3_000 ? 0.3 : 0;
  return 2 + 3 * (step + 5) ** -0.3 + 0.05 * (noise - Math.floor(noise) - 0.5) + shift;
}

function messagesOf(step: number): Message[] {
  return Array.from({ length: RUNS }, (_, run) => {
    const loss = lossAt(run, step);
    const { key, value } = record(`run-${run}`, step, { loss, lr: 1e-3 }, { time: started + step / 100 });
    return { key, value: Number.isNaN(loss) ? String(value).replace('"loss":null', '"loss":NaN') : value };
  });
}

async function stream(from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 50)
    await topics.send(
      topics.names.metrics,
      Array.from({ length: Math.min(50, to - step) }, (_, at) => messagesOf(step + at)).flat(),
    );
}

it('ten kills, five of them with the database', async () => {
  const config = join(dir, 'offcurve.yml');
  const { port } = hooks.address() as AddressInfo;
  writeFileSync(
    config,
    `channels: { hooks: { webhook: { url: "http://127.0.0.1:${port}/", allow_private: true } } }\nroutes: [{ channels: [hooks] }]\n`,
  );
  const environment = {
    KAFKA_BROKERS: kafka.bootstrap,
    KAFKA_TOPIC_PREFIX: topics.prefix,
    OFFCURVE_DATA_DIR: join(dir, 'data'),
    OFFCURVE_CONFIG: config,
  };
  const share = STEPS / KILLS;
  const committed: number[] = [];
  for (let round = 0; round < KILLS; round++) {
    const streamed = stream(round * share, (round + 1) * share);
    const service = await ServeProcess.start(environment);
    await sleep(Math.random() * 700);
    await service.kill(round % 2 === 1);
    committed.push(service.lines('reading from Kafka').length);
    await streamed;
  }
  // Each of them had come to read.
  expect(committed.every((times) => times > 0)).toBe(true);

  const last = await ServeProcess.start(environment);
  const ids = Array.from({ length: RUNS }, (_, run) => `run-${run}`);
  for (const id of ids)
    await until(
      id,
      async () =>
        ((await (await fetch(`${last.url}/v1/runs/${id}`)).json()) as { newest_step: number }).newest_step ===
        STEPS - 1,
      300_000,
    );
  await topics.send(
    topics.names.runs,
    ids.map((id) => ({ key: id, value: JSON.stringify({ run: id, status: 'finished' }) })),
  );
  await sleep(10_000);
  await until(
    'the outbox is empty',
    async () => (await last.metric('offcurve_outbox_waiting_messages')) === 0,
    120_000,
  );
  expect(await last.metric('offcurve_outbox_failed_messages')).toBe(0);
  expect(await last.stop()).toBe(0);

  const server = await EmbeddedServer.start({ dataDir: join(dir, 'data'), port: await freePort() });
  const database = new Database({ url: server.url });
  try {
    const reader = new PostgresRunReader(database);
    for (const [run, id] of ids.entries()) {
      expect((await reader.find(id))!.counters).toMatchObject({ repeats: 0, conflicts: 0, late: 0 });
      expect(await valuesOf(reader, id)).toEqual(
        Array.from({ length: STEPS }, (_, step) => [1, step, lossAt(run, step)]),
      );
    }
    const broken = await database.query<{ run: string; step: number; n: number }>(
      `select run, started_at_step::int as step, count(*)::int as n from deviations
         where kind = 'non-finite' group by 1, 2 order by 1, 2`,
    );
    expect(broken).toEqual(ids.toSorted().flatMap((run) => BROKEN.map((step) => ({ run, step, n: 1 }))));
    await expectAllTold(database);
  } finally {
    await database.close();
    await server.stop();
  }
});

/** What the outbox holds, the webhook and the topic have heard: each message, under its id, with one body. */
async function expectAllTold(database: Database): Promise<void> {
  const rows = await database.query<{ id: string; channel: string; body: string; state: string }>(
    'select id, channel, body, state from outbox',
  );
  const deviations = await database.query<{ id: string; version: number }>('select id, version from deviations');
  const told = new Set(rows.map(({ id }) => id));
  expect(told.size).toBe(rows.length);
  expect(rows.filter(({ state }) => state !== 'sent')).toEqual([]);
  const events = new Map<string, Set<string>>();
  for (const { value } of await topics.read(topics.names.deviations)) {
    const { id } = JSON.parse(String(value));
    events.set(id, (events.get(id) ?? new Set()).add(String(value)));
  }
  const [onHook, onTopic] = [
    rows.filter(({ channel }) => channel === 'hooks'),
    rows.filter(({ channel }) => channel !== 'hooks'),
  ];
  // Every deviation was told of, in its last version, to both.
  for (const { id, version } of deviations)
    for (const channel of new Set(rows.map((row) => row.channel)))
      expect(told).toContain(`${channel}/${id}/${version}`);
  expect(received).toEqual(new Map(onHook.map(({ id, body }) => [id, new Set([body])])));
  expect(events).toEqual(new Map(onTopic.map(({ body }) => [JSON.parse(body).id, new Set([body])])));
}
