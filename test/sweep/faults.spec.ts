// The sweep's planted faults, judged beside their healthy twin: what moves the loss is found, healthy siblings are left in peace.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeFile } from '../../src/cli/detect/judge-file.js';
import { readReference } from '../../src/cli/detect/read-reference.js';
import type { DeviationChange } from '../../src/alerting/deviation.js';
import { settingsFor } from '../../src/core/detection/budget.js';

const folder = join(__dirname, '../../examples/sweep');
const fileOf = (run: string): string => join(folder, 'runs', `${run}.jsonl.gz`);
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Record<
  string,
  { fault: string; step: number; twin: string }
>;

async function toldBeside(run: string, twin: string): Promise<DeviationChange[]> {
  const told: DeviationChange[] = [];
  const references = [await readReference(fileOf(twin))];
  const options = { settings: settingsFor(10), schedule: null, context: null, references };
  await judgeFile(fileOf(run), options, (change) => {
    told.push(change);
  });
  return told;
}

const openedBeside = async (run: string, twin: string): Promise<DeviationChange['deviation'][]> =>
  (await toldBeside(run, twin)).filter(({ type }) => type === 'opened').map(({ deviation }) => deviation);

describe('a fault beside its healthy twin', () => {
  it.each([
    ['35k-2m-t01', 'worse', 20],
    ['35k-2m-t02', 'better', 120],
    // Without a decay a run falls behind slowly.
    ['35k-2m-t03', 'worse', 600],
    ['35k-2m-t04', 'worse', 20],
    ['35k-2m-t05', 'better', 100],
    ['35k-2m-t06', 'worse', 20],
    ['35k-2m-t08', 'worse', 120],
    ['35k-2m-t09', 'worse', 120],
    ['35k-2m-t11', 'worse', 5],
    ['35k-2m-t13', 'worse', 130],
  ] as const)('in %s opens a deviation on the side %s, within %i steps and none before', async (run, side, within) => {
    const { step, twin } = truth[run]!;
    const [first] = await openedBeside(run, twin);
    expect(first).toMatchObject({ side });
    expect(first!.openedAtStep).toBeGreaterThanOrEqual(step);
    expect(first!.openedAtStep).toBeLessThanOrEqual(step + within);
  });

  it.each([
    ['35k-2m-t01', 'shift'],
    ['35k-2m-t03', 'drift or plateau'],
    ['35k-2m-t04', 'shift'],
    ['35k-2m-t06', 'spike'],
    ['35k-2m-t09', 'divergence'],
    ['35k-2m-t13', 'plateau'],
  ])('in %s is a %s in the end, at its whole size', async (run, kind) => {
    const told = await toldBeside(run, truth[run]!.twin);
    const last = told.filter(({ deviation }) => deviation.side === 'worse').at(-1)!;
    expect(last).toMatchObject({
      type: 'resolved',
      deviation: { kind: expect.stringMatching(kind.replace(' or ', '|')) },
    });
  });

  it('that first looks better (t02) is told once more when it turns to the worse', async () => {
    const opened = await openedBeside('35k-2m-t02', '35k-2m');
    expect(opened.map(({ side }) => side)).toEqual(['better', 'worse']);
  });

  it.each([['35k-2m-t10'], ['35k-2m-t12']])('that leaves the loss as it was (%s) is none', async (run) => {
    expect(await openedBeside(run, truth[run]!.twin)).toEqual([]);
  });
});

it.each([
  ['35k-2m-s1', '35k-2m'],
  ['99k-2m', '35k-2m'],
  ['12k-2m', '35k-2m'],
  ['475k-2m', '99k-2m'],
  ['35k-2m-wsd', '35k-2m'],
  ['218k-4m', '35k-4m'],
  ['475k-1m', '218k-1m'],
])('the healthy run %s beside %s is left in peace, whatever the size, seed or schedule', async (run, other) => {
  expect(await openedBeside(run, other)).toEqual([]);
});
