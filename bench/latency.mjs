// How soon news are out: from a record's way to Kafka until the page hears of its step, and from the record that breaks a run
// until a webhook is called, while records stream. `npm run build && node bench/latency.mjs [seconds] [rate…]`. Prints JSON lines.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { io } from 'socket.io-client';
import { startKafka } from '../scripts/kafka/broker.mjs';
import { freePort } from '../scripts/kafka/free-port.mjs';
import { serveProcess, until } from './serve-process.mjs';

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const { EmbeddedServer } = await import(
  pathToFileURL(join(build, 'outbound/postgres/embedded/embedded-server.js')).href
);

const [seconds = 20, ...rates] = process.argv.slice(2).map(Number);
const RATES = rates.length > 0 ? rates : [1_000, 5_000];
const RUNS = 50;
const WARM_STEPS = 500;
/** Records are sent so many times a second, all runs' next steps together. */
const TICKS = 20;
/** Runs of their own break off into NaN one after the other: each is one webhook call. */
const BREAK_EVERY_MS = 250;
const SETTLE_MS = 60_000;

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
function summary(milliseconds) {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return { n: sorted.length, p50_ms: Math.round(quantile(sorted, 0.5)), p99_ms: Math.round(quantile(sorted, 0.99)) };
}

/** A receiver that notes when it first hears of each run. */
async function webhook() {
  const heard = new Map();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const run = /"(broken-[\d-]+)"/.exec(body)?.[1];
      if (run && !heard.has(run)) heard.set(run, performance.now());
      response.end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { heard, server, url: `http://127.0.0.1:${server.address().port}/` };
}

/** A page that watches one run, and notes when it first hears of each step. */
async function page(url, run) {
  const heard = new Map();
  const socket = io(`${url}/live`, { transports: ['websocket'] });
  socket.on('points', ({ points }) => {
    const now = performance.now();
    for (const { step } of points) if (!heard.has(step)) heard.set(step, now);
  });
  await new Promise((done) => socket.once('connect', done));
  await socket.emitWithAck('watch', { run });
  return { heard, close: () => socket.disconnect() };
}

const messageOf = (run, step) => ({
  key: `run-${run}`,
  value: JSON.stringify({
    ...{ run: `run-${run}`, step, time: Date.now() / 1000 },
    metrics: { loss: 2 + 3 * (step + 5) ** -0.3, lr: 3e-4 },
  }),
});

/** Young runs are fitted anew at every few steps: what is measured are runs that have been under way. */
async function warmUp(producer, topic, url) {
  for (let step = 0; step < WARM_STEPS; step += 50) {
    const steps = Array.from({ length: Math.min(50, WARM_STEPS - step) }, (_, at) => step + at);
    const messages = steps.flatMap((at) => Array.from({ length: RUNS }, (_, run) => messageOf(run, at)));
    await producer.send({ topic, messages });
  }
  const isIn = async (run) => {
    const answer = await fetch(`${url}/v1/runs/run-${run}`);
    return answer.ok && (await answer.json()).records >= WARM_STEPS;
  };
  await until(async () => (await Promise.all(Array.from({ length: RUNS }, (_, run) => isIn(run)))).every(Boolean));
}

async function round(rate, { bootstrap, server, hook, config }) {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const prefix = `latency${rate}.`;
  const topic = `${prefix}training.metrics`;
  const service = await serveProcess({
    ...{ KAFKA_BROKERS: bootstrap, KAFKA_TOPIC_PREFIX: prefix, DATABASE_URL: await server(`latency${rate}`) },
    OFFCURVE_CONFIG: config,
  });
  await service.ready();
  const producer = kafka.producer();
  await producer.connect();
  await warmUp(producer, topic, service.url);
  const watched = await page(service.url, 'run-0');
  const sent = new Map();
  const broke = new Map();
  const perTick = Math.max(1, Math.round(rate / TICKS / RUNS));
  let step = WARM_STEPS;
  let nextBreak = performance.now();
  const sends = [];
  const started = performance.now();
  const clock = Date.now() / 1000;
  for (let tick = 0; performance.now() - started < seconds * 1000; tick++) {
    const messages = [];
    const now = performance.now();
    for (let more = 0; more < perTick; more++, step++) {
      sent.set(step, now);
      for (let run = 0; run < RUNS; run++) {
        messages.push(messageOf(run, step));
      }
    }
    if (now >= nextBreak) {
      nextBreak += BREAK_EVERY_MS;
      const run = `broken-${rate}-${broke.size}`;
      broke.set(run, now);
      for (let at = 0; at < 4; at++)
        messages.push({
          key: run,
          value: `{"run":"${run}","step":${at},"time":${clock + at / 10},"metrics":{"loss":NaN}}`,
        });
    }
    sends.push(producer.send({ topic, messages }));
    await sleep(Math.max(0, started + ((tick + 1) * 1000) / TICKS - performance.now()));
  }
  const took = (performance.now() - started) / 1000;
  await Promise.all(sends);
  for (const until = performance.now() + SETTLE_MS; performance.now() < until; await sleep(100))
    if (watched.heard.has(step - 1) && [...broke.keys()].every((run) => hook.heard.has(run))) break;
  const between = (from, to) => [...from].filter(([key]) => to.has(key)).map(([key, at]) => to.get(key) - at);
  print({
    ...{ bench: 'latency', records_a_second: Math.round(((step - WARM_STEPS) * RUNS) / took), wanted: rate, seconds },
    socket: { ...summary(between(sent, watched.heard)), of: sent.size },
    webhook: { ...summary(between(broke, hook.heard)), of: broke.size },
    ...{ cores: availableParallelism(), load: +loadavg()[0].toFixed(1) },
  });
  watched.close();
  await producer.disconnect();
  await service.end('SIGTERM');
}

const dir = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(dir, 0o755);
const cluster = await startKafka({ dir: join(dir, 'kafka') });
const postgres = await EmbeddedServer.start({ dataDir: dir, port: await freePort() });
const hook = await webhook();
try {
  const config = join(dir, 'offcurve.yml');
  writeFileSync(
    config,
    `channels: { hook: { webhook: { url: "${hook.url}", allow_private: true } } }\nroutes: [{ channels: [hook] }]\n`,
  );
  const { default: pg } = await import('pg');
  const server = async (name) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  for (const rate of RATES) await round(rate, { bootstrap: cluster.bootstrap, server, hook, config });
} finally {
  hook.server.close();
  await postgres.stop();
  await cluster.stop();
  rmSync(dir, { recursive: true, force: true });
}
