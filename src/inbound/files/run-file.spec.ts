// Run files as experiment trackers export them: their names of the step and the time are known, the usual ones come first.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BrokenFile } from './broken-file.js';
import { readRunFile } from './run-file.js';

const folder = mkdtempSync(join(tmpdir(), 'run-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Buffer) {
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

it.each([
  [
    'an archive that is cut off',
    'run.jsonl.gz',
    gzipSync(randomBytes(5_000)).subarray(0, 2_000),
    /run\.jsonl\.gz is a broken or cut-off/,
  ],
  ['a CSV with an open quote', 'run.csv', 'step,loss\n1,2\n2,"3', /run\.csv is no CSV: Quote Not Closed/],
])('%s is refused by its name', async (_, name, content, message) => {
  const reading = read(name, content);
  await expect(reading).rejects.toThrow(BrokenFile);
  await expect(reading).rejects.toThrow(message);
});

it('CSV: a last line that is too short is said to be cut off; others only have too few cells', async () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => `${i},2.5,1e-3`);
  const lines = await read('run.csv', ['step,loss,lr', ...rows.slice(0, 999), '999', '1000,2.'].join('\n'));
  expect(lines.slice(-2)).toMatchObject([
    { kind: 'rejected', line: 1_001, rejection: { reason: '1 cells under a header of 3' } },
    { kind: 'rejected', line: 1_002, rejection: { reason: 'the last line is cut off: 2 cells under a header of 3' } },
  ]);
});

it('a line without any of them is refused', async () => {
  const [line] = await read('run.csv', 'loss\n2.5\n');
  expect(line).toMatchObject({ kind: 'rejected', rejection: { field: 'step', reason: 'step is missing' } });
});
