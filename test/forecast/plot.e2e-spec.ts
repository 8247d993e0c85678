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

it('detect draws the band that a run was judged by, the forecast that stood, and each deviation with its metric', async () => {
  const file = join(folder, 'judged.svg');
  const judged = join(sweepRuns, '35k-2m-t05.jsonl.gz');
  const { code, stdout } = await cli(['detect', judged, '--plot', file, '--json']);
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toContain('better-than-predicted');
  const svg = readFileSync(file, 'utf8');
  for (const text of ['35k-2m-t05', 'better-than-predicted', 'divergence of val_loss', 'forecast from'])
    expect(svg).toMatch(text);
});

it('detect draws one run at a time, and into a picture only', async () => {
  const two = await cli(['detect', RUN, RUN, '--plot', join(folder, 'two.svg')]);
  expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('one run file')]);
  const text = await cli(['detect', RUN, '--plot', join(folder, 'run.txt')]);
  expect([text.code, text.stderr]).toEqual([2, expect.stringContaining('.png nor .svg')]);
});
