// Run files as experiment trackers export them: their names of the step and the time are known, the usual ones come first.
import { Readable } from 'node:stream';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunFile } from './run-file.js';

const folder = mkdtempSync(join(tmpdir(), 'run-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(name: string, content: string) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const entries = [];
  for await (const chunk of readRunFile(path, Readable.from([]))) entries.push(...chunk);
  return entries.map((entry) => (entry.kind === 'record' ? entry.record : entry));
}

it.each([
  ['W&B history', '_step,_timestamp,train/loss\n7,1760000000.5,2.5\n', { 'train/loss': 2.5 }, 1_760_000_000_500],
  ["TensorBoard's scalars", 'Wall time,Step,Value\n1760000000.5,7,2.5\n', { Value: 2.5 }, 1_760_000_000_500],
  ['Lightning', 'epoch,global_step,train_loss\n0,7,2.5\n', { epoch: 0, train_loss: 2.5 }, null],
  ['a trainer of its own', 'iter,loss\n7,2.5\n', { loss: 2.5 }, null],
])('%s: the step and the time are found', async (_, csv, metrics, time) => {
  expect(await read('run.csv', csv)).toEqual([{ run: 'run', step: 7, time, attempt: null, metrics }]);
});

it('JSON lines: the same names', async () => {
  expect(await read('run.jsonl', '{"_step": 7, "loss": 2.5}\n')).toMatchObject([{ step: 7, metrics: { loss: 2.5 } }]);
});

it('step comes before what stands for it, which then is a metric', async () => {
  const [record] = await read('run.csv', 'step,global_step,loss\n1,7,2.5\n');
  expect(record).toMatchObject({ step: 1, metrics: { global_step: 7, loss: 2.5 } });
});

it('a line without any of them is refused', async () => {
  const [line] = await read('run.csv', 'loss\n2.5\n');
  expect(line).toMatchObject({ kind: 'rejected', rejection: { field: 'step', reason: 'step is missing' } });
});
