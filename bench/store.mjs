// What storing costs: commits of 5,000 records over 10 runs and of one record, and a drawn series of a million points.
// `npm run build && node bench/store.mjs` (OFFCURVE_BUILD names another build folder). Prints JSON lines.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(join(build, `${file}.js`)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server');
const { migrate } = await load('outbound/postgres/migrate');
const { Database } = await load('outbound/postgres/database');
const { PostgresWatchStore } = await load('outbound/postgres/postgres-watch-store');
const { PostgresRunReader } = await load('outbound/postgres/postgres-run-reader');
const { OpenTail } = await load('watch/open-tail');

const METRICS = ['loss', 'grad_norm', 'lr', 'tokens', 'val_loss'];
let seed = 1;
const noise = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;

/** One run's place between batches, as the watch would hold it. */
class BenchRun {
  tail = new OpenTail();
  constructor(id) {
    this.header = {
      id,
      ref: 0,
      version: 0,
      status: 'running',
      metadata: { project: 'bench', family: 'f', tags: ['t'] },
      metricNames: METRICS,
      lastSeq: 0,
      attempt: 1,
      newestStep: -1,
      firstTime: 0,
      lastTime: 0,
      lastArrival: 0,
      pace: { usualMs: 1000, longestMs: 2000 },
      endedAt: null,
      unsentHistory: 0,
      counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
    };
  }

  change(records) {
    const { header } = this;
    const rows = [];
    for (let n = 0; n < records; n++) {
      const seq = ++header.lastSeq;
      const step = ++header.newestStep;
      const time = 1.7e12 + seq * 1000 + Math.round(40 * noise());
      const values = [
        2 + 8 / (1 + step / 1000) + 0.05 * noise(),
        0.4 + 0.1 * noise(),
        3e-4 * Math.cos(step / 1e6),
        (step + 1) * 524288,
        step % 100 === 0 ? 3 + noise() : null,
      ];
      const row = { seq, attempt: 1, step, time, late: false, values };
      rows.push(row);
      this.tail.push(row);
    }
    const closed = this.tail.closeFull();
    return {
      header,
      rows: closed ? rows.filter((row) => row.seq > closed.throughSeq) : rows,
      moved: [],
      segments: closed?.segments ?? [],
      closedThroughSeq: closed?.throughSeq ?? null,
      snapshot: closed ? { seq: header.lastSeq, state: new Uint8Array(20_000) } : null,
      context: [],
      waiting: null,
      deviations: [],
      knots: [],
      forecasts: [],
      finished: [],
      standings: { loss: { step: header.newestStep, observed: 2 } },
    };
  }

  committed(ref) {
    this.header.ref = ref;
    this.header.version++;
  }
}

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];

async function commits(store, name, { runs, records, batches }) {
  const all = Array.from({ length: runs }, (_, n) => new BenchRun(`${name}-${n}`));
  let offset = null;
  const times = [];
  const cpu = process.cpuUsage();
  for (let n = 0; n < batches; n++) {
    const changes = all.map((run) => run.change(records / runs));
    const source = {
      cluster: 'bench',
      topic: name,
      partition: 0,
      expected: offset,
      next: (offset ?? 0n) + BigInt(records),
    };
    const start = performance.now();
    const result = await store.commit({ source, runs: changes, messages: [] });
    times.push(performance.now() - start);
    if (result.status !== 'committed') throw new Error(JSON.stringify(result));
    offset = source.next;
    for (const run of all) run.committed(result.refs.get(run.header.id));
  }
  const used = process.cpuUsage(cpu);
  times.shift();
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  print({
    bench: name,
    records,
    runs,
    batches,
    median_ms: +percentile(times, 0.5).toFixed(2),
    p95_ms: +percentile(times, 0.95).toFixed(2),
    us_per_record: +((1000 * mean) / records).toFixed(2),
    cpu_us_per_record: +((used.user + used.system) / records / batches).toFixed(2),
  });
}

/** What a restart reads: a hundred runs with a few hundred open rows each; and old steps looked up one by one. */
async function loads(store) {
  await commits(store, 'hundred', { runs: 100, records: 50_000, batches: 2 });
  const ids = Array.from({ length: 100 }, (_, n) => `hundred-${n}`);
  const start = performance.now();
  const stored = await store.load(ids);
  const rows = stored.reduce((sum, { openRows }) => sum + openRows.length, 0);
  print({ bench: 'load', runs: stored.length, open_rows: rows, ms: Math.round(performance.now() - start) });
  const { ref } = stored[0].header;
  const begin = performance.now();
  for (let step = 0; step < 500; step++) await store.findClosed(ref, 1, step);
  print({ bench: 'find-closed', lookups: 500, ms_each: +((performance.now() - begin) / 500).toFixed(2) });
}

/** A run of a million points, then its loss as 1,000 buckets. */
async function series(database, store) {
  await commits(store, 'million', { runs: 1, records: 10_000, batches: 100 });
  await database.query('analyze');
  const reader = new PostgresRunReader(database);
  const draw = async (range) => {
    const times = [];
    let count = 0;
    for (let n = 0; n < 20; n++) {
      const start = performance.now();
      count = (await reader.series('million-0', 'loss', { points: 1000, ...range })).length;
      times.push(performance.now() - start);
    }
    print({ bench: 'series', ...range, buckets: count, median_ms: +percentile(times, 0.5).toFixed(2) });
  };
  await draw({});
  await draw({ from: 500_000, to: 560_000 });
  await draw({ from: 500_000, to: 500_900 });
  const start = performance.now();
  let points = 0;
  for await (const chunk of reader.points('million-0', 'loss')) points += chunk.length;
  print({ bench: 'points', points, ms: Math.round(performance.now() - start) });
  const start2 = performance.now();
  await reader.remove('million-0');
  print({ bench: 'remove', ms: Math.round(performance.now() - start2) });
}

const dataDir = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(dataDir, 0o755);
const server = await EmbeddedServer.start({ dataDir });
try {
  await migrate(server.url);
  const database = new Database({ url: server.url });
  const store = new PostgresWatchStore(database);
  await commits(store, 'warm-up', { runs: 10, records: 5000, batches: 5 });
  await commits(store, 'batch-5000', { runs: 10, records: 5000, batches: 40 });
  await commits(store, 'batch-500', { runs: 10, records: 500, batches: 100 });
  await commits(store, 'batch-1', { runs: 1, records: 1, batches: 300 });
  await loads(store);
  await series(database, store);
  await database.close();
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true });
}
