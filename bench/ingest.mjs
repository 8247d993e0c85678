// What the way in costs: records from Kafka to committed and judged, against COPY of the same rows and against kafkajs
// reading and parsing the same messages. `npm run build && node bench/ingest.mjs [records] [rounds]`. Prints JSON lines.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startKafka } from '../scripts/kafka/broker.mjs';
import { freePort } from '../scripts/kafka/free-port.mjs';

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(join(build, `${file}.js`)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server');
const { BinaryCopy } = await load('outbound/postgres/points/binary-copy');

const RECORDS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const RUNS = 20;
/** As the image starts it. */
const FLAGS = ['--max-semi-space-size=64'];
const COPY_ROWS = 10_000;
const METRICS = ['loss', 'grad_norm', 'lr', 'tokens'];

let seed = 1;
const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const noise = () => uniform() + uniform() + uniform() - 1.5;
const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const cpuMicros = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

/** One step of each run in turn; as messages and as rows they say the same. */
const started = Date.now() / 1000 - 1800;
const records = Array.from({ length: RECORDS }, (_, index) => {
  const step = Math.floor(index / RUNS);
  const values = [2 + 3 * (step + 5) ** -0.3 + 0.02 * noise(), 0.4 + 0.05 * noise(), 3e-4, (step + 1) * 524_288];
  return { run: index % RUNS, step, time: started + step / 10, values };
});

const messageOf = ({ run, step, time, values }) => ({
  key: `run-${run}`,
  value: JSON.stringify({
    run: `run-${run}`,
    step,
    time,
    metrics: Object.fromEntries(values.map((value, at) => [METRICS[at], value])),
  }),
});

/** The same steps encoded as rows; each can be sent once. */
function encoded() {
  const copies = [];
  for (let from = 0; from < RECORDS; from += COPY_ROWS) copies.push(encodedPart(from));
  return copies;
}

function encodedPart(from) {
  const copy = new BinaryCopy('copied', ['run', 'attempt', 'step', 'time', '"values"']);
  for (const { run, step, time, values } of records.slice(from, from + COPY_ROWS))
    copy.row().int4(run).int4(1).int8(step).float8(time).float8Array(values);
  return copy;
}

/** Rows a second of plain COPY over one connection into a table with the index of the service's own. */
async function copied(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'drop table if exists copied; create table copied (run int, attempt int, step bigint, time float8, "values" float8[], primary key (run, attempt, step)); checkpoint',
  );
  const copies = encoded();
  const start = performance.now();
  for (const copy of copies) await copy.send(client);
  const seconds = (performance.now() - start) / 1000;
  await client.end();
  return RECORDS / seconds;
}

/** CPU microseconds a record of kafkajs reading and parsing. */
async function parsed(kafka, topic) {
  const consumer = kafka.consumer({ groupId: `bench-${topic}-${uniform()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let count = 0;
  let losses = 0;
  let cpu;
  await new Promise((done) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, resolveOffset }) => {
        cpu ??= process.cpuUsage();
        for (const { value } of batch.messages) losses += JSON.parse(value.toString()).metrics.loss;
        count += batch.messages.length;
        resolveOffset(batch.lastOffset());
        if (count >= RECORDS) done();
      },
    });
  });
  const used = cpuMicros(cpu);
  if (!Number.isFinite(losses)) throw new Error('the messages are not what they should be');
  await consumer.disconnect();
  return used / RECORDS;
}

/** The service's own process, the same for all rounds, as warm as one that has run for a while. */
function serviceProcess() {
  const child = fork(new URL('./ingest-service.mjs', import.meta.url), { execArgv: FLAGS, stdio: 'inherit' });
  const ask = async (question, value) => {
    child.send({ ask: question, value });
    const [{ answer, error }] = await once(child, 'message');
    if (error) throw new Error(error);
    return answer;
  };
  return { ask, end: () => child.disconnect() };
}

/** Records a second, and CPU microseconds a record, of the whole service. */
async function ingested(service, bootstrap, url, prefix) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const read = async () => {
    const { rows } = await client.query(
      'select coalesce(sum(next_offset), 0)::int as n from partition_offsets where topic = $1',
      [`${prefix}training.metrics`],
    );
    return rows[0].n;
  };
  await service.ask('start', {
    KAFKA_BROKERS: bootstrap,
    KAFKA_TOPIC_PREFIX: prefix,
    DATABASE_URL: url,
    PORT: String(await freePort()),
    OFFCURVE_CONFIG: '',
  });
  let first = null;
  let done = 0;
  while (done < RECORDS) {
    await sleep(20);
    done = await read();
    if (first !== null || done === 0) continue;
    first = { done, at: performance.now(), cpu: await service.ask('cpu') };
    // It may have committed more before it answered.
    first.doneAtCpu = await read();
  }
  const rate = (done - first.done) / ((performance.now() - first.at) / 1000);
  const cpu = ((await service.ask('cpu')) - first.cpu) / (done - first.doneAtCpu);
  const { rows } = await client.query(
    'select (select count(*)::int from deviations) as deviations, (select sum(last_seq)::int from runs) as points',
  );
  await client.end();
  await service.ask('stop');
  return { rate, cpu, ...rows[0] };
}

const dir = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(dir, 0o755);
const service = serviceProcess();
const cluster = await startKafka({ dir: join(dir, 'kafka') });
const server = await EmbeddedServer.start({ dataDir: dir, port: await freePort() });
try {
  const kafka = new Kafka({ brokers: [cluster.bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer();
  await admin.connect();
  await producer.connect();
  const ofCopy = [];
  const ofParse = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const prefix = `bench${round}.`;
    const topic = `${prefix}training.metrics`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: false });
    await sleep(1000);
    for (let at = 0; at < RECORDS; at += 5000)
      await producer.send({ topic, messages: records.slice(at, at + 5000).map(messageOf) });
    const database = new URL(server.url);
    const maker = new pg.Client({ connectionString: server.url });
    await maker.connect();
    await maker.query(`create database bench${round}`);
    await maker.end();
    database.pathname = `/bench${round}`;
    const rows = await copied(database.href);
    const parse = await parsed(kafka, topic);
    const taken = await ingested(service, cluster.bootstrap, database.href, prefix);
    const figures = {
      round: round === 0 ? 'warm-up' : round,
      copy_rows_a_second: Math.round(rows),
      records_a_second: Math.round(taken.rate),
      of_copy: +(taken.rate / rows).toFixed(3),
      parse_cpu_us: +parse.toFixed(2),
      service_cpu_us: +taken.cpu.toFixed(2),
      of_parse: +(taken.cpu / parse).toFixed(2),
      deviations: taken.deviations,
      points: taken.points,
    };
    print(figures);
    if (round === 0) continue;
    ofCopy.push(figures.of_copy);
    ofParse.push(figures.of_parse);
  }
  print({ bench: 'ingest', records: RECORDS, rounds: ROUNDS, of_copy: median(ofCopy), of_parse: median(ofParse) });
  await producer.disconnect();
  await admin.disconnect();
} finally {
  service.end();
  await server.stop();
  await cluster.stop();
  rmSync(dir, { recursive: true, force: true });
}
