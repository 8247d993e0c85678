// What each dashboard panel's SQL takes as the read-only role, on 1,000 runs of 10,000 points with five metrics.
// `npm run build && node bench/grafana.mjs`. Prints JSON lines, the slowest last.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformFile } from '@swc/core';
import pg from 'pg';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = (file) => import(pathToFileURL(join(root, 'dist', `${file}.js`)).href);
const { EmbeddedServer } = await load('outbound/postgres/embedded/embedded-server');
const { migrate } = await load('outbound/postgres/migrate');

const RUNS = 1_000;
const POINTS = 10_000;
const OPEN = 200;
const METRICS = ['loss', 'val_loss', 'lr', 'grad_norm', 'tokens'];
const DAY_MS = 86_400_000;
const WANTED_MS = 200;
const TRIES = 5;

const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);

/** Made by the server itself, as fast as COPY. Rows are those that the service writes: buckets of 64 and 512, the newest rows single. */
async function fill(owner) {
  const end = Date.now();
  const start = end - 10 * DAY_MS;
  const standing = { step: POINTS, observed: 2.1, expected: 2, lower: 1.9, upper: 2.1, sigma: 1.2, state: 'judged' };
  await owner.query(
    `insert into runs (id, version, status, name, project, family, tags, metadata, metric_names, last_seq, records,
       attempt, newest_step, first_time, last_time, last_arrival, usual_pace_ms, longest_pace_ms, unsent_history,
       counters, standings, waiting)
     select 'run-' || lpad(n::text, 4, '0'), 1, case when n % 10 = 0 then 'running' else 'finished' end, null,
       'project-' || n % 7, 'family-' || n % 20, '{a}', json_build_object('params', 1e6 * (1 + n % 9), 'planned_steps',
       ${POINTS}, 'tokens_per_step', 1024), $1, ${POINTS}, ${POINTS}, 1, ${POINTS}, $2, $3, $3, 86400, 90000, 0,
       '{"repeats":0,"conflicts":0,"late":0,"ignoredKeys":{}}', $4, '[]' from generate_series(1, ${RUNS}) as n`,
    [METRICS, start, end, JSON.stringify({ loss: standing, val_loss: standing })],
  );
  for (const [level, rows] of [
    [0, 64],
    [1, 512],
  ])
    await owner.query(
      `insert into buckets (run_ref, metric, level, attempt, step_from, step_to, seq_from, time_from, time_to, count,
         nonfinite, min, max, mean)
       select r.ref, m, ${level}, 1, from_step, from_step + ${rows - 1}, from_step, $1 + from_step * 86400.0,
         $1 + (from_step + ${rows - 1}) * 86400.0, ${rows}, 0, 2 + 8.0 / (1 + from_step / 100.0) - 0.1,
         2 + 8.0 / (1 + from_step / 100.0) + 0.1, 2 + 8.0 / (1 + from_step / 100.0)
         from runs r, generate_series(0, ${METRICS.length - 1}) as m, generate_series(1, ${POINTS - OPEN}, ${rows}) as from_step`,
      [start],
    );
  await owner.query(
    `insert into points (run_ref, seq, attempt, step, time, late, values)
     select r.ref, s, 1, s, $1 + s * 86400.0, false, array[2.1, null, 1e-4, 0.4, s * 1024.0]
       from runs r, generate_series(${POINTS - OPEN + 1}, ${POINTS}) as s`,
    [start],
  );
  await owner.query(
    `insert into band_knots (run_ref, metric, attempt, step, expected, lower, upper)
     select ref, 'loss', 1, s, 2.1, 2, 2.2 from runs, generate_series(300, ${POINTS}, 100) as s`,
  );
  await owner.query(
    `insert into forecasts (run_ref, metric, attempt, step, forecast)
     select ref, 'loss', 1, ${POINTS}, '{"until":10000,"final":{"loss":2.0,"lower":1.9,"upper":2.1}}' from runs`,
  );
  const price = Object.fromEntries(
    ['computeShare', 'tokens', 'gpuHours', 'usd'].map((name) => [name, { value: 1.5, lower: 1, upper: 2 }]),
  );
  await owner.query(
    `insert into deviations (id, version, run, runs, project, family, attempt, metric, kind, side, status, opened_at,
       resolved_at, started_at_step, opened_at_step, step, expected, expected_lower, expected_upper, observed, sigma,
       history, false_alarm, document)
     select 'deviation-' || n, 1, r.id, array[r.id], r.project, r.family, 1, 'loss', (array['shift','spike','drift'])[1 + n % 3],
       'worse', case when n % 10 = 0 then 'open' else 'resolved' end, $1 + random() * 10 * ${DAY_MS}, $1 + 9 * ${DAY_MS},
       100, 110, 200, 2, 1.9, 2.1, 2.5, 5, false, n % 20 = 0, $2 from generate_series(1, 5000) as n
       join runs r on r.ref = 1 + n % ${RUNS}`,
    [start, JSON.stringify({ startedAt: start, price })],
  );
  await owner.query(
    `insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, state, due_at, tries, sent_at)
     select 'message-' || id, 'room', id, version, 'opened', '{}', opened_at, 'sent', opened_at, 1, opened_at + 300 from deviations`,
  );
  const form = { law: 'chinchilla', weight: 1, parameters: { E: 1.7, A: 400, B: 400, alpha: 0.34, beta: 0.28 } };
  const document = {
    forms: [form],
    parameters: form.parameters,
    standard_errors: { E: 0.01, alpha: 0.01, beta: 0.01 },
    intervals: { E: { lower: 1.6, upper: 1.8 } },
    range: { compute: { min: 1e15, max: 1e18 } },
    diagnostics: { trusted_to_compute: 1e19, residuals: { rms: 0.01 } },
  };
  await owner.query(
    `insert into family_laws (family, metric, version, code_version, digest, data, document, changes, created_at)
     select 'family-' || f, 'loss', v, '1', f || '-' || v, (select json_agg(json_build_object('run', id, 'params', 1e6,
       'tokens', 1e7, 'compute', 6e13 * ref, 'loss', 2.1, 'from', 'end')) from runs where family = 'family-' || f),
       $1, '{"summary":"as before"}', now() - v * interval '1 day'
       from generate_series(0, 19) as f, generate_series(1, 30) as v`,
    [JSON.stringify(document)],
  );
  await owner.query(`alter role offcurve_reader login password 'reader'`);
  await owner.query('vacuum analyze');
}

/** The test's own expansion of Grafana's macros. */
async function macros(folder) {
  const { code } = await transformFile(join(root, 'test/grafana/expand.ts'), { configFile: join(root, '.swcrc') });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'expand.mjs'), code);
  return (await import(pathToFileURL(join(folder, 'expand.mjs')).href)).expand;
}

function* queries() {
  for (const file of readdirSync(join(root, 'dashboards')).filter((name) => name.endsWith('.json'))) {
    const { title, panels } = JSON.parse(readFileSync(join(root, 'dashboards', file), 'utf8'));
    for (const panel of panels)
      for (const { rawSql } of panel.targets ?? [])
        if (rawSql) yield { dashboard: title, panel: panel.title, sql: rawSql };
  }
}

const folder = mkdtempSync(join(tmpdir(), 'offcurve-bench-'));
chmodSync(folder, 0o755);
const server = await EmbeddedServer.start({ dataDir: join(folder, 'data') });
const [owner, url] = [new pg.Client({ connectionString: server.url }), new URL(server.url)];
let reader;
try {
  await migrate(server.url);
  await owner.connect();
  const begun = performance.now();
  await fill(owner);
  print({ bench: 'filled', runs: RUNS, points: RUNS * POINTS, ms: Math.round(performance.now() - begun) });
  [url.username, url.password] = ['offcurve_reader', 'reader'];
  reader = new pg.Client({ connectionString: url.href });
  await reader.connect();
  const expand = await macros(join(folder, 'macros'));
  const view = { from: new Date(Date.now() - 10 * DAY_MS), to: new Date(), intervalSeconds: 600 };
  const some = { project: ['*'], family: ['*'], run: ['*'], metric: ['lr', 'grad_norm'], law_metric: 'loss' };
  const results = [];
  for (const { dashboard, panel, sql } of queries()) {
    const one = /run/.test(dashboard) ? { run: 'run-0500' } : /laws/.test(dashboard) ? { family: 'family-3' } : {};
    const text = expand(sql, { ...view, variables: { ...some, ...one } });
    const times = [];
    let rows = 0;
    for (let n = 0; n < TRIES; n++) {
      const start = performance.now();
      rows = (await reader.query(text)).rowCount;
      times.push(performance.now() - start);
    }
    const median = times.toSorted((a, b) => a - b)[TRIES >> 1];
    const least = Math.min(...times);
    results.push({
      dashboard,
      panel,
      rows,
      median_ms: +median.toFixed(1),
      least_ms: +least.toFixed(1),
      wanted_ms: WANTED_MS,
    });
  }
  for (const result of results.toSorted((a, b) => a.median_ms - b.median_ms)) print(result);
} finally {
  await reader?.end();
  await owner.end();
  await server.stop();
  rmSync(folder, { recursive: true });
}
