// What a second instance gives, and what a kill costs: records a second of one and of two instances that share a backlog, and the
// time from kill -9 to the next stored record with many known runs. `npm run build && node bench/instances.mjs [records] [runs]`.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startKafka } from '../scripts/kafka/broker.mjs';
import { freePort } from '../scripts/kafka/free-port.mjs';
import { serveProcess, until } from './serve-process.mjs';

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const { EmbeddedServer } = await import(
  pathToFileURL(join(build, 'outbound/postgres/embedded/embedded-server.js')).href
);

const RECORDS = Number(process.argv[2] ?? 100_000);
const KNOWN_RUNS = Number(process.argv[3] ?? 10_000);
const RUNS = 40;
const PARTITIONS = 6;

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const machine = () => ({ cores: availableParallelism(), load: +loadavg()[0].toFixed(1) });

const messageOf = (run, step) => ({
  key: run,
  value: JSON.stringify({
    ...{ run, step, time: Date.now() / 1000 },
    metrics: { loss: 2 + 3 * (step + 5) ** -0.3, grad_norm: 0.4, lr: 3e-4, tokens: (step + 1) * 524_288 },
  }),
});

const dir = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(dir, 0o755);
const cluster = await startKafka({ dir: join(dir, 'kafka') });
const postgres = await EmbeddedServer.start({ dataDir: dir, port: await freePort() });
const kafka = new Kafka({ brokers: [cluster.bootstrap], logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer();
const running = new Set();

/** A database and topics of their own, and what its instances have read so far. */
async function stage(name) {
  const prefix = `${name}.`;
  const topic = `${prefix}training.metrics`;
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: false });
  const maker = new pg.Client({ connectionString: postgres.url });
  await maker.connect();
  await maker.query(`create database ${name}`);
  await maker.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const read = async () => {
    const { rows } = await client
      .query('select coalesce(sum(next_offset), 0)::int as n from partition_offsets where topic = $1', [topic])
      .catch(() => ({ rows: [{ n: 0 }] }));
    return rows[0].n;
  };
  const start = async () => {
    const one = await serveProcess({
      ...{ KAFKA_BROKERS: cluster.bootstrap, KAFKA_TOPIC_PREFIX: prefix, DATABASE_URL: url.href, OFFCURVE_CONFIG: '' },
    });
    running.add(one);
    return one;
  };
  const send = async (messages) => {
    for (let at = 0; at < messages.length; at += 5000)
      await producer.send({ topic, messages: messages.slice(at, at + 5000) });
  };
  return { read, start, send, close: () => client.end() };
}

async function stop(one, signal = 'SIGTERM') {
  running.delete(one);
  await one.end(signal);
}

/** Both read before the backlog comes: what is measured is reading, not starting. */
async function throughput(instances) {
  const { read, start, send, close } = await stage(`throughput${instances}`);
  const all = [];
  for (let at = 0; at < instances; at++) all.push(await start());
  await Promise.all(all.map((one) => one.ready()));
  await send(Array.from({ length: RUNS }, (_, run) => messageOf(`run-${run}`, 0)));
  await until(async () => (await read()) === RUNS);
  const messages = Array.from({ length: RECORDS }, (_, index) =>
    messageOf(`run-${index % RUNS}`, 1 + Math.floor(index / RUNS)),
  );
  const started = performance.now();
  await send(messages);
  await until(async () => (await read()) === RUNS + RECORDS);
  const rate = Math.round(RECORDS / ((performance.now() - started) / 1000));
  print({ bench: 'instances', what: 'throughput', instances, records: RECORDS, records_a_second: rate, ...machine() });
  for (const one of all) await stop(one);
  await close();
}

/** With one instance the next start waits for the killed one's session of 10 s; a second one takes over after it. */
async function recovery(instances) {
  const { read, start, send, close } = await stage(`recovery${instances}`);
  const all = [];
  for (let at = 0; at < instances; at++) all.push(await start());
  await Promise.all(all.map((one) => one.ready()));
  const known = Array.from({ length: KNOWN_RUNS }, (_, run) => `run-${run}`);
  await send(known.flatMap((run) => [0, 1, 2].map((step) => messageOf(run, step))));
  await until(async () => (await read()) === 3 * KNOWN_RUNS);
  await stop(all[0], 'SIGKILL');
  const killed = performance.now();
  if (instances === 1) all[0] = await start();
  // One record of every run: all of them are loaded anew.
  await send(known.map((run) => messageOf(run, 3)));
  let first = null;
  await until(async () => {
    const done = (await read()) - 3 * KNOWN_RUNS;
    // The partitions of the instance that lives go on at once; it is all of them that count.
    if (done > 0) first ??= performance.now();
    return done === KNOWN_RUNS;
  });
  print({
    ...{ bench: 'instances', what: 'recovery after kill -9', instances, known_runs: KNOWN_RUNS },
    first_record_after_ms: Math.round(first - killed),
    all_read_after_ms: Math.round(performance.now() - killed),
    ...machine(),
  });
  for (const one of running) await stop(one);
  await close();
}

try {
  await admin.connect();
  await producer.connect();
  for (const instances of [1, 2]) await throughput(instances);
  for (const instances of [1, 2]) await recovery(instances);
  await producer.disconnect();
  await admin.disconnect();
} finally {
  for (const one of running) await one.end('SIGKILL');
  await postgres.stop();
  await cluster.stop();
  rmSync(dir, { recursive: true, force: true });
}
