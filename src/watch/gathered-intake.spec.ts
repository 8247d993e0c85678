// Many requests in one batch: what each of them hears.
import { StoreError } from '../runs/store-error.js';
import { GatheredIntake } from './gathered-intake.js';
import type { IncomingBatch, IncomingItem } from './incoming-batch.js';

const item = (run: string, step: number): IncomingItem => ({
  kind: 'record',
  record: { run, step, time: 0, attempt: null, metrics: { loss: 1 } },
  received: 0,
  ignored: [],
});
const runOf = (from: IncomingItem): string => (from.kind === 'record' ? from.record.run : '');

/** Takes batches one at a time when told to, refuses those with the run `bad`. */
function ingestOnDemand() {
  const batches: IncomingBatch[] = [];
  const gates: (() => void)[] = [];
  const ingest = async (batch: IncomingBatch) => {
    batches.push(batch);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (batch.items.some((from) => runOf(from) === 'bad')) throw new Error('it cannot be stored');
    return { status: 'committed' as const };
  };
  const open = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, ingest, open };
}

it('commits the first request at once, and what comes meanwhile together, in order, under all their ids', async () => {
  const { batches, ingest, open } = ingestOnDemand();
  const intake = new GatheredIntake({ ingest });
  const answers = ['a', 'b', 'c'].map((run, index) => intake.take(run, [item(run, index)]));
  await open();
  await open();
  expect(await Promise.all(answers)).toEqual([[], [], []]);
  expect(batches.map(({ id, items }) => [id, items.map(runOf)])).toEqual([
    ['a', ['a']],
    ['b c', ['b', 'c']],
  ]);
});

it('tells only the request whose items cannot be stored', async () => {
  const { ingest, open } = ingestOnDemand();
  const intake = new GatheredIntake({ ingest });
  const answers = ['a', 'bad', 'c'].map((run, index) => intake.take(run, [item(run, index)]));
  const settled = Promise.allSettled(answers);
  for (let times = 0; times < 5; times++) await open();
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('keeps batches to five thousand items', async () => {
  const { batches, ingest, open } = ingestOnDemand();
  const intake = new GatheredIntake({ ingest });
  const many = (run: string, count: number) =>
    intake.take(
      run,
      Array.from({ length: count }, (_, step) => item(run, step)),
    );
  const answers = [many('a', 1), many('b', 3000), many('c', 2000), many('d', 1)];
  for (let times = 0; times < 4; times++) await open();
  await Promise.all(answers);
  expect(batches.map(({ items }) => items.length)).toEqual([1, 5000, 1]);
});

it('takes what a requester hands over the moment it hears of its commit', async () => {
  const intake = new GatheredIntake({ ingest: () => Promise.resolve({ status: 'committed' }) });
  // However many microtasks lie between hearing and handing over, none of them falls into a gap.
  for (let hops = 0; hops < 8; hops++) {
    await intake.take('first', [item('a', 1)]);
    for (let hop = 0; hop < hops; hop++) await null;
    const second = intake.take('second', [item('a', 2)]).then(() => 'taken');
    const patience = new Promise((resolve) => setImmediate(() => resolve('forgotten')));
    expect(await Promise.race([second, patience])).toBe('taken');
  }
});

it('is not ready after the store failed, until a commit succeeds or it is time to try again', async () => {
  let now = 1_000;
  let away = true;
  const ingest = async () => {
    if (away) throw new StoreError('the database: disk full', true);
    return { status: 'committed' as const };
  };
  const intake = new GatheredIntake({ ingest }, () => now);
  expect(intake.status).toEqual({ ready: true, reason: null });
  await expect(intake.take('a', [item('a', 1)])).rejects.toThrow('disk full');
  expect(intake.status).toEqual({ ready: false, reason: 'the database: disk full' });
  now += 15_000;
  expect(intake.status.ready).toBe(true);
  await expect(intake.take('b', [item('a', 1)])).rejects.toThrow('disk full');
  expect(intake.status.ready).toBe(false);
  away = false;
  await intake.take('c', [item('a', 1)]);
  expect(intake.status).toEqual({ ready: true, reason: null });
});
