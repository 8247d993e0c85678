// Finished runs that a run may be compared with: nearest first, none of other batches or other learning rates, none that went astray.
import { PostgresReferenceFinder } from '../../src/outbound/postgres/postgres-reference-finder.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import type { RunMetadata } from '../../src/runs/run-announcement.js';
import { batch, change, header } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

const cosine = { kind: 'cosine', peak: 3e-4, warmup_steps: 100 } as const;
const wsd = { kind: 'wsd', peak: 3e-4, decay_steps: 400 } as const;
const constant = { kind: 'constant', peak: 3e-4 } as const;
const twin: RunMetadata = { family: 'f', data_order: 'shards-1', schedule: cosine, planned_steps: 2_000 };
const finished: Record<string, RunMetadata> = {
  'other batches': { ...twin, data_order: 'shards-2' },
  'another schedule': { ...twin, schedule: wsd },
  'another end': { ...twin, planned_steps: 4_000 },
  'of the family': { family: 'f' },
  twin,
  'constant, long': { ...twin, schedule: constant, planned_steps: 9_000 },
};

let test: TestDatabase;
let finder: PostgresReferenceFinder;
beforeAll(async () => {
  test = await testDatabase();
  const runs = Object.entries(finished).map(([id, metadata]) => change(header(id, { status: 'finished', metadata })));
  await new PostgresWatchStore(test.database).commit(
    batch(...runs, change(header('running twin', { metadata: twin }))),
  );
  finder = new PostgresReferenceFinder(test.database);
});
afterAll(() => test?.close());

it('takes the same schedule and end, and what does not declare one', async () => {
  expect(await finder.candidates({ id: 'new', metadata: twin }, 8)).toEqual(['twin', 'of the family']);
});

it('takes any end beside a constant rate', async () => {
  const metadata = { ...twin, schedule: constant, planned_steps: 1_000 };
  expect(await finder.candidates({ id: 'new', metadata }, 8)).toEqual(['constant, long', 'of the family']);
});

it('takes all of its batches where it declares no schedule, the same data order first', async () => {
  const metadata = { family: 'f', data_order: 'shards-1' };
  const found = await finder.candidates({ id: 'new', metadata }, 8);
  expect(found.at(-1)).toBe('of the family');
  expect(found.slice(0, -1).sort()).toEqual(['another end', 'another schedule', 'constant, long', 'twin']);
});
