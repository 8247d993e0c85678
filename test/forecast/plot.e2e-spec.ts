// `offcurve forecast --plot` as a user runs it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, sweepRuns } from '../cli/cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offcurve-plot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const RUN = join(sweepRuns, '35k-2m-t04.jsonl.gz');

it('draws each forecast and what the detector found into an SVG with its text', async () => {
  const file = join(folder, 'run.svg');
  const { code, stdout } = await cli(['forecast', RUN, '--at', '30%,50%', '--plot', file, '--json']);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  const svg = readFileSync(file, 'utf8');
  // The run's fault begins at step 1,200.
  for (const text of ['35k-2m-t04', 'step 600', 'step 1,000', /shift|drift|divergence|spike|plateau/])
    expect(svg).toMatch(text);
});

it('draws a PNG', async () => {
  const file = join(folder, 'run.png');
  expect((await cli(['forecast', RUN, '--at', '50%', '--plot', file])).code).toBe(0);
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

it('of a run that says nothing yet draws the curve alone', async () => {
  const file = join(folder, 'early.svg');
  const { code, stdout } = await cli(['forecast', RUN, '--at', '1%', '--plot', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/no forecast/);
  expect(readFileSync(file, 'utf8')).toMatch(/35k-2m-t04/);
});
