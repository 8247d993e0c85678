// How long a deviation takes from its commit to the channel that accepts it, while records flow, what one picture costs, and
// what a dead channel costs ingest. `npm run build && node bench/alerts.mjs [seconds] [records a second] [rounds]`. Prints JSON lines.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(join(build, `${file}.js`)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server');
const { readSettings } = await load('settings/settings');
const { createLog } = await load('settings/log');
const { startService } = await load('main');
const { WorkerChartDrawer } = await load('outbound/chart/worker-chart-drawer');
const { sampleChart, sampleDeviation } = await load('alerting/sample-alert');

const SECONDS = Number(process.argv[2] ?? 300);
const RATE = Number(process.argv[3] ?? 1_000);
const ROUNDS = Number(process.argv[4] ?? 5);
const RUNS = 100;
/**
 * Slack takes a post a second and 50 edits a minute of us, and a deviation has up to three messages, its beginning, its news
 * and its end: more of them than this only wait for Slack's leave.
 */
const BETWEEN_MS = 4_000;
const PICTURES = 20;
const ROUND_RECORDS = 10_000;

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const sorted = (values) => values.toSorted((a, b) => a - b);
const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)];
const median = (values) => quantile(values, 0.5);
const folder = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));

/** A webhook, and as much of Slack as a message with its picture needs; `pictures` says when each was shown, by its thread. */
async function receiver() {
  const pictures = new Map();
  let count = 0;
  const answers = {
    '/hook': () => ({}),
    '/auth.test': () => ({ ok: true }),
    '/chat.postMessage': () => ({ ok: true, ts: `1764000000.${String(++count).padStart(6, '0')}`, channel: 'C1' }),
    '/chat.update': () => ({ ok: true }),
    '/files.getUploadURLExternal': () => ({ ok: true, file_id: `F${++count}`, upload_url: `${url()}/upload` }),
    '/upload': () => ({}),
    '/files.completeUploadExternal': ({ thread_ts: thread }) => {
      pictures.set(thread, Date.now());
      return { ok: true };
    },
  };
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const isJson = request.headers['content-type']?.includes('json');
    const answer = answers[request.url](isJson ? JSON.parse(Buffer.concat(pieces).toString() || '{}') : {});
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  const url = () => `http://127.0.0.1:${server.address().port}`;
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: url(), pictures, stop: () => server.close() };
}

/** Takes connections and never says a word. */
async function silentServer() {
  const server = createServer(() => undefined);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const stop = () => (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

async function service(name, config) {
  const file = join(folder, `${name}.yml`);
  writeFileSync(file, config);
  const postgres = await EmbeddedServer.start({ dataDir: join(folder, name) });
  const settings = { PORT: '0', OFFCURVE_CONFIG: file, OFFCURVE_SECRET: 'a secret of some length' };
  const running = await startService(readSettings({ ...settings, DATABASE_URL: postgres.url }), createLog('silent'));
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const send = async (records) => {
    const body = records.map((record) => JSON.stringify(record).replace('"NaN"', 'NaN')).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { status } = await fetch(`${running.url}/v1/metrics`, { method: 'POST', headers, body });
    if (status !== 202) throw new Error(`the service answered ${status}`);
  };
  const stop = async () => {
    await client.end();
    await running.stop();
    await postgres.stop();
  };
  return { send, stop, query: (sql, values) => client.query(sql, values) };
}

const loss = (step) => 2 + 3 * (step + 5) ** -0.3 + 0.01 * Math.sin(step * step);
const record = (run, step, value) => ({ run, step, time: Date.now() / 1000, metrics: { loss: value, lr: 3e-4 } });

/** CPU time of one picture once the drawing thread is warm; no two are the same. */
async function pictures() {
  const drawer = new WorkerChartDrawer();
  const data = sampleChart(sampleDeviation(Date.now()));
  for (const theme of ['light', 'dark']) {
    const [cpu, wall] = [[], []];
    for (let n = -5; n < PICTURES; n++) {
      const [used, began] = [process.cpuUsage(), performance.now()];
      await drawer.draw({ ...data, title: `${data.title} ${n}` }, theme);
      const { user, system } = process.cpuUsage(used);
      if (n < 0) continue;
      cpu.push((user + system) / 1000);
      wall.push(performance.now() - began);
    }
    const [cpu_ms, wall_ms, longest_ms] = [median(cpu), median(wall), Math.max(...wall)].map(Math.round);
    print({ measured: `one picture, ${theme}`, pictures: PICTURES, cpu_ms, wall_ms, longest_ms });
  }
  await drawer.close();
}

/** Records flow evenly; every now and then one run's loss is no number. */
async function latencies() {
  const sink = await receiver();
  const { send, stop, query } = await service(
    'latency',
    `channels:
  hook: { webhook: { url: "${sink.url}/hook", allow_private: true } }
  chat: { slack: { token: x, channel: "#a", api_url: "${sink.url}", allow_private: true }, rate: none }
routes: [{ kinds: [non-finite], channels: [hook, chat] }]
`,
  );
  const steps = new Array(RUNS).fill(0);
  const began = Date.now();
  let sent = 0;
  let broken = 0;
  const flying = new Set();
  while (Date.now() - began < 1000 * SECONDS) {
    const due = Math.floor(((Date.now() - began) / 1000) * RATE);
    const records = [];
    for (; sent < due; sent++)
      records.push(record(`run-${sent % RUNS}`, ++steps[sent % RUNS], loss(steps[sent % RUNS])));
    // The first seconds give every run a curve to draw.
    if (Date.now() - began > 10_000 + broken * BETWEEN_MS) {
      const run = broken++ % RUNS;
      // One alone may be a slip.
      for (let n = 0; n < 3; n++) records.push(record(`run-${run}`, ++steps[run], 'NaN'));
    }
    if (records.length > 0) {
      const posting = send(records).finally(() => flying.delete(posting));
      flying.add(posting);
    }
    await sleep(50);
  }
  await Promise.all(flying);
  await sleep(5_000);
  const { rows } = await query(
    `select channel, sent_at - created_at as ms, created_at, receipt from outbox where type = 'opened' and state = 'sent'`,
  );
  const text = (channel) => rows.filter((row) => row.channel === channel).map(({ ms }) => ms);
  const shown = rows.flatMap(({ created_at: at, receipt }) => {
    const seen = sink.pictures.get(receipt?.ids?.[0]);
    return seen === undefined ? [] : [seen - at];
  });
  const { rows: left } = await query(
    `select channel || ' ' || type || ' ' || state as what, count(*)::int as count from outbox group by 1 order by 1`,
  );
  for (const [what, values] of [
    ['webhook', text('hook')],
    ['chat with its picture', shown],
  ])
    print({
      measured: `deviation committed to ${what} accepted`,
      deviations: values.length,
      records_per_second: Math.round(sent / SECONDS),
      median_ms: median(values),
      p99_ms: quantile(values, 0.99),
      longest_ms: Math.max(...values),
    });
  print({ measured: 'messages', ...Object.fromEntries(left.map(({ what, count }) => [what, count])) });
  await stop();
  sink.stop();
}

/** Records a second, as fast as they are taken, with one run in fifty losing its loss in every round. */
async function throughput({ send }, round) {
  const began = performance.now();
  for (let from = 0; from < ROUND_RECORDS; from += 1_000)
    await send(
      Array.from({ length: 1_000 }, (_, n) => {
        const run = (from + n) % 50;
        const step = Math.floor((from + n) / 50) + 1;
        return record(`r${round}-${run}`, step, run === 0 && step >= 100 && step < 103 ? 'NaN' : loss(step));
      }),
    );
  return ROUND_RECORDS / ((performance.now() - began) / 1000);
}

/** The same load to a service whose channel answers and to one whose channel is dead, by turns. */
async function deadChannel() {
  const [sink, dead] = [await receiver(), await silentServer()];
  const config = (url) => `channels: { hook: { webhook: { url: "${url}/hook", allow_private: true } } }
routes: [{ channels: [hook] }]
`;
  const living = await service('living', config(sink.url));
  const deadly = await service('dead', config(dead.url));
  const speeds = { living: [], dead: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const both = [
      ['living', living],
      ['dead', deadly],
    ];
    for (const [name, one] of round % 2 ? both : both.toReversed()) {
      const speed = await throughput(one, round);
      // The first round warms up.
      if (round >= 0) speeds[name].push(speed);
    }
  }
  const { rows } = await deadly.query(`select count(*)::int as count from outbox where state = 'pending'`);
  print({
    measured: 'ingest beside a dead channel, as a share of ingest beside one that answers',
    rounds: ROUNDS,
    living_per_second: Math.round(median(speeds.living)),
    dead_per_second: Math.round(median(speeds.dead)),
    ratio: Number((median(speeds.dead) / median(speeds.living)).toFixed(3)),
    waiting: rows[0].count,
  });
  await living.stop();
  dead.stop();
  await deadly.stop();
  sink.stop();
}

try {
  await pictures();
  await latencies();
  await deadChannel();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
