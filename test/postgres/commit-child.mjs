// Commits batch after batch to its own embedded server until it is killed, saying after each how far it came.
// node commit-child.mjs COMPILED_SRC DATA_DIR PORT
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, dataDir, port] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(build, file)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server.js');
const { migrate } = await load('outbound/postgres/migrate.js');
const { Database } = await load('outbound/postgres/database.js');
const { PostgresWatchStore } = await load('outbound/postgres/postgres-watch-store.js');
const { OpenTail } = await load('watch/open-tail.js');

const RUNS = ['a', 'b', 'c'];
const RECORDS = 200;

const server = await EmbeddedServer.start({ dataDir, port: Number(port) });
await migrate(server.url);
const store = new PostgresWatchStore(new Database({ url: server.url }));
let offset = (await store.offsets('c', 't')).get(0) ?? null;
const stored = new Map((await store.load(RUNS)).map((run) => [run.header.id, run]));
const runs = RUNS.map((id) => {
  const header = stored.get(id)?.header ?? freshHeader(id);
  return { header, tail: new OpenTail(stored.get(id)?.openRows ?? []) };
});
for (;;) {
  const next = (offset ?? 0n) + BigInt(RUNS.length * RECORDS);
  const message = {
    id: `m${next}`,
    channel: 'c',
    deviationId: `d${next}`,
    deviationVersion: 1,
    type: 'opened',
    body: '{}',
    createdAt: 0,
  };
  const source = { cluster: 'c', topic: 't', partition: 0, expected: offset, next };
  const result = await store.commit({ source, runs: runs.map(change), messages: [message] });
  if (result.status !== 'committed') throw new Error(JSON.stringify(result));
  for (const { header } of runs) {
    header.ref = result.refs.get(header.id);
    header.version++;
  }
  offset = next;
  process.stdout.write(`${next}\n`);
}

function change({ header, tail }) {
  const rows = Array.from({ length: RECORDS }, () => {
    const step = ++header.newestStep;
    return { seq: ++header.lastSeq, attempt: 1, step, time: step, late: false, values: [step / 3] };
  });
  for (const row of rows) tail.push(row);
  const closed = tail.closeFull();
  return {
    header,
    rows: closed ? rows.filter(({ seq }) => seq > closed.throughSeq) : rows,
    moved: [],
    segments: closed?.segments ?? [],
    closedThroughSeq: closed?.throughSeq ?? null,
    snapshot: closed ? { seq: header.lastSeq, state: new Uint8Array([header.lastSeq % 256]) } : null,
    context: [],
    waiting: null,
    deviations: [],
    knots: [],
    forecasts: [],
    finished: [],
    standings: null,
  };
}

function freshHeader(id) {
  return {
    ...{
      id,
      ref: 0,
      version: 0,
      status: 'running',
      metadata: {},
      metricNames: ['loss'],
      lastSeq: 0,
      attempt: 1,
      newestStep: -1,
    },
    ...{
      firstTime: null,
      lastTime: null,
      lastArrival: null,
      pace: { usualMs: 0, longestMs: 0 },
      endedAt: null,
      endedAs: null,
      unsentHistory: 0,
    },
    counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
  };
}
