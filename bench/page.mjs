// How fast the page is, in Chromium: a run of three metrics of a million points opened and zoomed, twenty charts kept live, the page's size.
// `npm run build && node bench/page.mjs` (CHROMIUM_PATH names another browser). Prints JSON lines.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = (file) => import(pathToFileURL(join(root, 'dist', `${file}.js`)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server');
const { migrate } = await load('outbound/postgres/migrate');
const { Database } = await load('outbound/postgres/database');
const { PostgresWatchStore } = await load('outbound/postgres/postgres-watch-store');
const { OpenTail } = await load('watch/open-tail');

const POINTS = 1_000_000;
const BATCH = 10_000;
const METRICS = ['loss', 'grad_norm', 'lr'];
const CHARTS = 20;
const UPDATES_PER_SECOND = 50;
const LIVE_SECONDS = 10;
/** Nothing was drawn for so long: what was drawn last is all. */
const IDLE_MS = 1500;

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];
let seed = 1;
const noise = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;

/** Stores the run as the watch would, batch by batch. It pauses for an hour at times: called silent while the page is timed, it would be drawn anew. */
async function storeRun(database, id) {
  const store = new PostgresWatchStore(database);
  const tail = new OpenTail();
  const header = {
    ...{ id, ref: 0, version: 0, status: 'running', metadata: { planned_steps: POINTS }, metricNames: METRICS },
    ...{ lastSeq: 0, attempt: 1, newestStep: -1, firstTime: Date.now() - 1000 * POINTS, lastTime: Date.now() },
    ...{ lastArrival: Date.now(), pace: { usualMs: 1000, longestMs: 3_600_000 }, endedAt: null, unsentHistory: 0 },
    counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
  };
  let offset = null;
  for (let from = 0; from < POINTS; from += BATCH) {
    const rows = Array.from({ length: BATCH }, () => {
      const [seq, step] = [++header.lastSeq, ++header.newestStep];
      const values = [2 + 8 / (1 + step / 1000) + 0.05 * noise(), 0.4 + 0.1 * noise(), 3e-4 * Math.cos(step / 1e6)];
      const row = { seq, attempt: 1, step, time: header.firstTime + 1000 * seq, late: false, values };
      tail.push(row);
      return row;
    });
    const knots = Array.from({ length: 20 }, (_, i) => {
      const step = from + (i * BATCH) / 20;
      const expected = 2 + 8 / (1 + step / 1000);
      return { metric: 'loss', attempt: 1, step, expected, lower: expected - 0.03, upper: expected + 0.03 };
    });
    const closed = tail.closeFull();
    const source = {
      cluster: 'bench',
      topic: id,
      partition: 0,
      expected: offset,
      next: (offset ?? 0n) + BigInt(BATCH),
    };
    const last = rows.at(-1);
    const standing = { step: last.step, observed: last.values[0], expected: 2, lower: 1.97, upper: 2.03, sigma: 0 };
    const result = await store.commit({
      source,
      runs: [
        {
          ...{
            header,
            knots,
            moved: [],
            snapshot: null,
            context: [],
            waiting: null,
            deviations: [],
            forecasts: [],
            finished: [],
          },
          rows: closed ? rows.filter((row) => row.seq > closed.throughSeq) : rows,
          segments: closed?.segments ?? [],
          closedThroughSeq: closed?.throughSeq ?? null,
          standings: { loss: { ...standing, state: 'judged', reason: null } },
        },
      ],
      messages: [],
    });
    if (result.status !== 'committed') throw new Error(JSON.stringify(result));
    offset = source.next;
    header.ref = result.refs.get(id);
    header.version++;
  }
  await database.query('analyze');
}

/** Notes when a canvas was last drawn on, and every task that held the page up. */
const WATCHER = `(() => {
  window.lastDrawn = 0;
  window.longTasks = [];
  for (const name of ['stroke', 'fill', 'fillText', 'drawImage']) {
    const own = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...parts) {
      window.lastDrawn = performance.now();
      return own.apply(this, parts);
    };
  }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
})()`;

/** Milliseconds on the page's clock of the last drawing, once none follows. */
async function settled(page) {
  for (;;) {
    const last = await page.evaluate('window.lastDrawn');
    await page.waitForTimeout(IDLE_MS);
    if (last > 0 && (await page.evaluate('window.lastDrawn')) === last) return last;
  }
}

async function opened(browser, url) {
  const times = [];
  let page;
  for (let n = 0; n < 4; n++) {
    await page?.context().close();
    page = await (await browser.newContext({ viewport: { width: 1400, height: 1500 } })).newPage();
    await page.addInitScript(WATCHER);
    await page.goto(`${url}/runs/million`);
    times.push(await settled(page));
  }
  // The first one warms the service and the browser's own caches of code.
  print({ bench: 'open', points: METRICS.length * POINTS, ms: times.slice(1).map(Math.round), wanted: 1000 });
  return page;
}

async function zoomed(page) {
  await page.locator('.plot').first().focus();
  const times = [];
  for (let step = 0; step < 15; step++) {
    const start = await page.evaluate('performance.now()');
    await page.keyboard.press('+');
    times.push((await settled(page)) - start);
  }
  const range = new URL(page.url()).searchParams;
  print({
    bench: 'zoom',
    steps: times.length,
    to_points: Number(range.get('to')) - Number(range.get('from')),
    median_ms: Math.round(percentile(times, 0.5)),
    least_ms: Math.round(Math.min(...times)),
    largest_ms: Math.round(Math.max(...times)),
    wanted: 200,
  });
}

async function live(browser, url) {
  const metrics = ['loss', ...Array.from({ length: CHARTS - 2 }, (_, i) => `metric_${String(i).padStart(2, '0')}`)];
  const record = (step) => ({
    run: 'busy',
    step,
    metrics: Object.fromEntries(metrics.map((name, i) => [name, 3 + 1 / step + 0.01 * i + 0.05 * noise()])),
  });
  const post = async (records) => {
    const response = await fetch(`${url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(records),
    });
    if (response.status !== 202) throw new Error(await response.text());
  };
  let step = 0;
  for (let n = 0; n < 10; n++) await post(Array.from({ length: 200 }, () => record(++step)));
  const page = await (await browser.newContext({ viewport: { width: 1600, height: 3200 } })).newPage();
  await page.addInitScript(WATCHER);
  await page.goto(`${url}/runs/busy?sofar=1`);
  await settled(page);
  const charts = await page.locator('.chart .plot canvas').count();
  const from = await page.evaluate('performance.now()');
  const first = Date.now();
  let sent = 0;
  // One after the other: steps that overtake one another would be a restart.
  while (Date.now() - first < 1000 * LIVE_SECONDS) {
    if (sent < ((Date.now() - first) / 1000) * UPDATES_PER_SECOND) {
      await post([record(++step)]);
      sent++;
    } else await new Promise((later) => setTimeout(later, 2));
  }
  await page
    .locator('dd', { hasText: `step ${step.toLocaleString('en')}` })
    .first()
    .waitFor();
  const tasks = (await page.evaluate('window.longTasks')).filter(([start]) => start > from).map(([, ms]) => ms);
  print({
    ...{ bench: 'live', charts, updates: sent, seconds: LIVE_SECONDS, long_tasks: tasks.length },
    ...{ longest_task_ms: Math.round(Math.max(0, ...tasks)), wanted: 50 },
  });
}

/** A service that has just started answers with code that is not compiled yet: told apart. */
async function series(url) {
  const times = [];
  for (let n = 0; n < 300; n++) {
    const start = performance.now();
    const { items } = await (await fetch(`${url}/v1/runs/million/series?metric=loss&points=1000`)).json();
    times.push(performance.now() - start);
    if (items.length < 900) throw new Error(`${items.length} buckets`);
  }
  const inUse = times.slice(-100);
  print({
    bench: 'series',
    points: POINTS,
    just_started_ms: +percentile(times.slice(0, 40), 0.5).toFixed(1),
    median_ms: +percentile(inUse, 0.5).toFixed(1),
    least_ms: +Math.min(...inUse).toFixed(1),
    wanted: 20,
  });
}

function size() {
  const folder = join(root, 'web/dist/assets');
  const bytes = readdirSync(folder).map((name) => gzipSync(readFileSync(join(folder, name))).length);
  print({ bench: 'size', gzip_kb: +(bytes.reduce((sum, one) => sum + one, 0) / 1000).toFixed(1), wanted: 200 });
}

async function listening(service) {
  let said = '';
  for await (const chunk of service.stderr) {
    said += chunk;
    const address = /listening on (http:\S+)/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`the service did not start: ${said}`);
}

const folder = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(folder, 0o755);
const server = await EmbeddedServer.start({ dataDir: join(folder, 'data') });
let service;
let browser;
try {
  await migrate(server.url);
  const database = new Database({ url: server.url });
  await storeRun(database, 'million');
  await database.close();
  service = spawn(process.execPath, [join(root, 'bin/offcurve.js'), 'serve', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATABASE_URL: server.url, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const url = await listening(service);
  size();
  await series(url);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  await zoomed(await opened(browser, url));
  await live(browser, url);
} finally {
  await browser?.close();
  service?.kill('SIGTERM');
  await server.stop();
  rmSync(folder, { recursive: true });
}
