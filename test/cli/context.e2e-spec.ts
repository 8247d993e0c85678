// `offcurve context`: what the service leaned on, so that the log judged offline gives the events that it saw live.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { Ingest } from '../../src/watch/ingest.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { cli, sweepRuns } from './cli.js';

const RUN = '35k-2m-t04';
const FILE = join(sweepRuns, `${RUN}.jsonl.gz`);
/** Not what `detect` takes by itself: only the context can tell it. */
const SETTINGS = settingsFor(37);

let dir: string;
let store: TestDatabase;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-context-'));
  store = await testDatabase();
  const ingest = new Ingest({
    store: new PostgresWatchStore(store.database),
    live: { push: () => undefined, deviation: () => undefined },
    meter: { batch: () => undefined } as never,
    policy: new AlertPolicy([], { publicUrl: '' }),
    settingsFor: () => SETTINGS,
    nudge: () => undefined,
    clock: Date.now,
  });
  const items: IncomingItem[] = [];
  for await (const entries of readRunFile(FILE))
    for (const entry of entries) {
      if (entry.kind === 'record') items.push({ ...entry, received: entry.record.time! });
      if (entry.kind === 'announcement') items.push({ ...entry, received: entry.announcement.time ?? 0 });
    }
  for (let from = 0; from < items.length; from += 300)
    await ingest.ingest({ id: `batch-${from}`, source: null, items: items.slice(from, from + 300) });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

it('from the database, given to detect, leads to the deviations that are stored there', async () => {
  const { code, stdout, stderr } = await cli(['context', RUN], { env: { DATABASE_URL: store.url } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const context = join(dir, 'context.json');
  writeFileSync(context, stdout);
  expect(JSON.parse(stdout)).toMatchObject({ run: RUN, entries: expect.any(Array) });

  const detected = await cli(['detect', FILE, '--context', context, '--json']);
  expect(detected.code).toBe(0);
  const events = detected.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { items } = await new PostgresDeviationStore(store.database).list({ run: RUN, limit: 100 });
  expect(items.length).toBeGreaterThan(0);
  const live = items.map(({ id, kind, step, startedAtStep, status }) => [id, kind, step, startedAtStep, status]);
  const last = new Map(events.map((event) => [event.deviation, event]));
  const offline = [...last.values()].map((event) => [
    event.deviation,
    event.kind,
    event.step,
    event.started_at_step,
    event.event === 'resolved' ? 'resolved' : 'open',
  ]);
  expect(offline.sort()).toEqual(live.sort());
});

it('of a run that is not there names it and ends with 2', async () => {
  const { code, stderr } = await cli(['context', 'nobody'], { env: { DATABASE_URL: store.url } });
  expect(code).toBe(2);
  expect(stderr).toContain('knows no run "nobody"');
});

it('from a service that does not answer says where it looked', async () => {
  const { code, stderr } = await cli(['context', RUN, '--url', 'http://127.0.0.1:1']);
  expect(code).toBe(2);
  expect(stderr).toContain('http://127.0.0.1:1 does not answer');
});
