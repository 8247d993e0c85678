// Options that contradict each other, tables and fits that are none: refused with what is wrong, never answered in part.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readTableFile } from '../../inbound/files/table-file.js';
import { downstream } from '../downstream/downstream.js';
import { planRun } from '../plan/plan.js';
import { readFit } from './read-fit.js';
import { readAccuracies, readLawTable } from './read-law-table.js';

const folder = mkdtempSync(join(tmpdir(), 'offcurve-contradictions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it.each([
  [{ gpuHourUsd: 2.5 }, '--gpu-hour-usd needs a GPU'],
  [{ mfu: 0.5 }, '--mfu needs a GPU'],
  [{ params: 1e9, tokens: 1e11, tokensNow: 2e11 }, 'is more than the run'],
])('plan %o: %s', async (options, said) => {
  const asked = { compute: 1e21, gpus: 1, better: 0.01, level: 0.9, ...options };
  await expect(planRun('fit.json', asked)).rejects.toThrow(said);
});

it('downstream: a loss and a run are not both asked for', async () => {
  const asked = { accuracy: 'accuracy', law: 'auto', bootstrap: 0, seed: 1, level: 0.9, atLoss: 2 };
  const both = downstream('runs.csv', { ...asked, atParams: 1e9, atTokens: 1e11 });
  await expect(both).rejects.toThrow('--at-loss and a run are both given');
});

it('downstream: an accuracy of nothing is an accuracy, a loss of nothing is no loss', async () => {
  const table = written('zero.csv', 'loss,accuracy\n3,0\n2,0.5\n');
  expect((await readAccuracies(table, ['loss', 'accuracy'], {}))[1]).toEqual(Float64Array.of(0, 0.5));
  await expect(readAccuracies(table, ['accuracy', 'loss'], {})).rejects.toThrow('is zero');
});

it.each([
  ['semicolons', 'N;D;loss\n1e9;2e10;2.5\n'],
  ['tabs', 'N\tD\tloss\n1e9\t2e10\t2.5\n'],
])('a table with %s in place of commas is told so', async (what, content) => {
  await expect(readLawTable(written('table.csv', content), {}, [])).rejects.toThrow(`no comma but ${what}`);
});

it.each([
  ['JSON lines', '{"N":1e9,"loss":2.5}\n{"N":2e9,"loss":2.4}\n'],
  ['CSV', 'N,loss\n1e9,2.5\n2e9,2.4\n'],
])('standard input may hold %s', async (_what, content) => {
  const { rows, columns } = await readTableFile('-', Readable.from([Buffer.from(content)]));
  expect(columns).toEqual(['N', 'loss']);
  expect(rows.map(({ cells }) => cells['N'])).toEqual([1e9, 2e9]);
});

it.each([
  ['{"version":1,"forms":[],"calibration":{}}', 'it has no range'],
  [
    '{"version":1,"forms":[],"calibration":{},"range":{},"columns":{},"diagnostics":{},"parameters":{}}',
    'a form lacks',
  ],
])('a fit cut down to %s: %s', async (content, said) => {
  await expect(readFit(written('fit.json', content))).rejects.toThrow(said);
});

it('a folder given as a fit is called one', async () => {
  await expect(readFit(folder)).rejects.toThrow('is a folder');
});
