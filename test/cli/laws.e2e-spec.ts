// fit, predict, plan, downstream and compare as a user calls them: documents on standard output, all else beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { ladder, planted } from '../laws/planted.js';
import { type Ended, cli } from './cli.js';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'offcurve-cli-laws-'));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const lossAt = (params: number, tokens: number): number => chinchilla.loss(truth, { params, tokens, compute: NaN });
const accuracyAt = (loss: number): number => 0.25 + 0.7 / (1 + Math.exp(6 * (loss - 2.3)));

/** Writes a table of runs; the loss is `factor` times the planted one. */
function tableFile(name: string, factor = 1): string {
  const { params, tokens, loss } = planted(ladder(5, 5), (place) => factor * lossAt(place.params, place.tokens), 0.002);
  const rows = [...loss].map((value, i) => [params[i], tokens[i], value, accuracyAt(value / factor)].join(','));
  writeFileSync(file(name), `N,D,loss,accuracy\n${rows.join('\n')}\n`);
  return file(name);
}

const json = ({ code, stdout, stderr }: Ended) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

let fitted: string;
beforeAll(async () => {
  const table = tableFile('runs.csv');
  const document = await cli(['fit', table, '--law', 'chinchilla', '--bootstrap', '60', '--json']);
  fitted = file('fit.json');
  writeFileSync(fitted, document.stdout);
});

describe('fit', () => {
  it('prints one document that holds all that the other commands need', () => {
    const document = JSON.parse(readFileSync(fitted, 'utf8'));
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['version', 'law', 'forms', 'calibration', 'columns', 'range', 'parameters', 'optimum']),
    );
    expect(document).toMatchObject({ law: 'chinchilla', points: 25, converged: true });
    for (const [name, value] of Object.entries(truth)) {
      const { lower, upper } = document.intervals[name];
      expect(lower).toBeLessThan(upper);
      expect(Math.abs(document.parameters[name] / value - 1)).toBeLessThan(name === 'A' || name === 'B' ? 0.5 : 0.1);
    }
  });

  it('draws the law, and says in words what the document holds', async () => {
    const picture = file('law.svg');
    const { code, stdout } = await cli([
      ...['fit', file('runs.csv'), '--law', 'chinchilla', '--bootstrap', '30', '--plot', picture],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('L = E + A/N^alpha + B/D^beta, fitted to 25 runs');
    expect(readFileSync(picture, 'utf8')).toContain('<svg');
  });
});

it('fit and predict: accuracy is better higher, and comes back as accuracy', async () => {
  const document = file('accuracy.json');
  const { code, stdout } = await cli([
    ...['fit', file('runs.csv'), '--loss', 'accuracy', '--direction', 'higher', '--floor', '1', '--bootstrap', '0'],
    '--json',
  ]);
  expect(code).toBe(0);
  writeFileSync(document, stdout);
  const said = json(await cli(['predict', document, '--params', '1e10', '--tokens', '1e12', '--json']));
  expect(Math.abs(said.loss - accuracyAt(lossAt(1e10, 1e12)))).toBeLessThan(0.02);
  expect(said.lower).toBeLessThan(said.upper);
});

describe('predict', () => {
  it('says the loss of one run with an interval around it', async () => {
    const said = json(await cli(['predict', fitted, '--params', '2e10', '--tokens', '1e12', '--json']));
    expect(Math.abs(said.loss / lossAt(2e10, 1e12) - 1)).toBeLessThan(0.01);
    expect(said.lower).toBeLessThan(said.loss);
    expect(said.upper).toBeGreaterThan(said.loss);
    expect(said.level).toBe(0.9);
  });

  it('gives a line for each row of a table that has no loss column, in its order', async () => {
    const asked = file('asked.csv');
    writeFileSync(asked, 'N,D\n1e9,1e11\n4e9,1e10\n1e8,5e11\n');
    const { code, stdout } = await cli(['predict', fitted, '--table', asked, '--json']);
    expect(code).toBe(0);
    const losses = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).loss);
    [lossAt(1e9, 1e11), lossAt(4e9, 1e10), lossAt(1e8, 5e11)].forEach((wanted, i) =>
      expect(Math.abs(losses[i] / wanted - 1)).toBeLessThan(0.01),
    );
  });
});

it('plan: the best split of a budget, what it costs, and beyond its evidence a warning beside the document', async () => {
  const plan = json(
    await cli([
      ...['plan', fitted, '--compute', '1e22', '--gpu', 'h100', '--gpus', '64', '--gpu-hour-usd', '2.5', '--json'],
    ]),
  );
  expect(6 * plan.optimum.params * plan.optimum.tokens).toBeCloseTo(1e22, -12);
  expect(plan.optimum.cost.usd).toBeCloseTo(plan.optimum.cost.gpu_hours * 2.5, 6);
  const far = await cli(['plan', fitted, '--compute', '1e27', '--json']);
  expect(far.code).toBe(0);
  expect(far.stderr).toContain('where this law has no evidence');
  expect(JSON.parse(far.stdout).warnings).toHaveLength(1);
});

describe('plan: each kind of budget', () => {
  const machine = ['--gpu', 'h100', '--gpus', '8', '--gpu-hour-usd', '2.5'];
  /** FLOP of an hour of an H100 at 40 % of its peak. */
  const HOUR = 3600 * 989.4e12 * 0.4;
  it.each([
    ['FLOP', ['--compute', String(400 * HOUR)]],
    ['GPU-hours', ['--gpu-hours', '400']],
    ['dollars', ['--dollars', '1000']],
  ])('%s: 400 GPU-hours are a thousand dollars and fifty hours on eight', async (_what, budget) => {
    const { optimum } = json(await cli(['plan', fitted, ...budget, ...machine, '--json']));
    expect(optimum.compute / (400 * HOUR)).toBeCloseTo(1, 9);
    expect(optimum.cost.gpu_hours).toBeCloseTo(400, 6);
    expect(optimum.cost.usd).toBeCloseTo(1000, 6);
    expect(optimum.cost.days).toBeCloseTo(400 / 8 / 24, 6);
    expect(optimum.cost.energy_kwh).toBeCloseTo(400 * 0.7, 6);
    expect(Math.abs(optimum.loss / lossAt(optimum.params, optimum.tokens) - 1)).toBeLessThan(0.01);
  });

  it('a loss: what it takes to reach it, which then reaches it', async () => {
    const { loss } = json(await cli(['plan', fitted, '--gpu-hours', '400', ...machine, '--json'])).optimum;
    const { optimum } = json(await cli(['plan', fitted, '--target-loss', String(loss), ...machine, '--json']));
    expect(optimum.loss).toBeCloseTo(loss, 6);
    expect(optimum.cost.gpu_hours).toBeCloseTo(400, 2);
  });

  it('learns the share of the peak from a table of own runs on such GPUs', async () => {
    const own = file('own.csv');
    const hours = (mfu: number): number => (6 * 1e9 * 2e10) / (3600 * 989.4e12 * mfu);
    const line = (mfu: number, gpu: string): string => `1e9,2e10,${hours(mfu)},${gpu}`;
    writeFileSync(own, `N,D,gpu_hours,gpu\n${[line(0.3, 'H100'), line(0.35, 'h100'), line(0.5, 'A100')].join('\n')}\n`);
    const ask = ['plan', fitted, '--compute', '1e20', '--gpu', 'h100', '--mfu-from', own];
    const { machine: learnt, optimum } = json(await cli([...ask, '--json']));
    expect(learnt.mfu).toBeCloseTo(0.325, 9);
    expect(learnt.mfu_source).toBe(`median of 2 runs of ${own}`);
    expect(optimum.cost.gpu_hours).toBeCloseTo(1e20 / (3600 * 989.4e12 * 0.325), 6);
    const none = await cli(['plan', fitted, '--compute', '1e20', '--gpu', 'h200', '--mfu-from', own]);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('is on h200');
    const lacks = await cli([...ask.slice(0, -1), file('runs.csv')]);
    expect([lacks.code, lacks.stdout]).toEqual([2, '']);
    expect(lacks.stderr).toContain('has no column of GPU-hours');
  });
});

describe('--plot', () => {
  it.each([
    ['predict', ['predict', 'FIT', '--params', '2e10', '--tokens', '1e12'], ['N 20B, D 1T', 'compute, FLOP']],
    [
      'plan',
      ['plan', 'FIT', '--compute', '1e21', '--params', '1e9', '--tokens', '1e11', '--tokens-now', '5e10'],
      ['half the size', 'stop now', 'parameters N, at 1.0e21 FLOP'],
    ],
    ['compare', ['compare', 'FIT', 'FIT'], ['no difference is shown', 'times less']],
    [
      'downstream',
      ['downstream', 'RUNS', '--bootstrap', '0', '--at-params', '3e9', '--at-tokens', '5e11'],
      ['accuracy by loss, 25 points'],
    ],
  ])('%s draws what it says, and refuses a name that is no picture', async (_what, args, words) => {
    const named = args.map((one) => (one === 'FIT' ? fitted : one === 'RUNS' ? file('runs.csv') : one));
    const picture = file('picture.svg');
    const { code, stderr } = await cli([...named, '--plot', picture]);
    expect(code).toBe(0);
    expect(stderr).not.toContain('WARN');
    const drawn = readFileSync(picture, 'utf8');
    for (const word of words) expect(drawn).toContain(word);
    const refused = await cli([...named, '--plot', file('picture.jpeg')]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('neither .png nor .svg');
  });
});

it('compare: a family a tenth worse needs several times the compute, and the verdict says which is better', async () => {
  const other = file('other.json');
  const { stdout } = await cli([
    ...['fit', tableFile('worse.csv', 1.05), '--law', 'chinchilla', '--bootstrap', '60', '--json'],
  ]);
  writeFileSync(other, stdout);
  const found = json(await cli(['compare', other, fitted, '--json']));
  expect(found.verdict).toBe('B needs less compute');
  for (const { multiplier, lower, upper } of found.scales) {
    expect(multiplier).toBeGreaterThan(1.2);
    expect(lower).toBeLessThan(multiplier);
    expect(upper).toBeGreaterThan(multiplier);
  }
});

it('downstream: from N and D to accuracy, widest where the sigmoid is steep', async () => {
  const ask = async (params: number, tokens: number) =>
    json(
      await cli([
        ...['downstream', file('runs.csv'), '--bootstrap', '0', '--json'],
        ...['--at-params', String(params), '--at-tokens', String(tokens)],
      ]),
    ).said;
  const steep = await ask(3e9, 5e11);
  expect(Math.abs(steep.accuracy - accuracyAt(lossAt(3e9, 5e11)))).toBeLessThan(0.05);
  const flat = await ask(1e8, 2e9);
  expect(steep.upper - steep.lower).toBeGreaterThan(1.5 * (flat.upper - flat.lower));
});

describe('what cannot be fitted: exit code 2, nothing on standard output, the place and the fix on standard error', () => {
  const good = '1e8,2e9,3.4\n2e8,4e9,3.1\n4e8,8e9,2.9\n8e8,1.6e10,2.7\n1.6e9,3.2e10,2.5\n';
  it.each([
    ['an empty table', '', [], ['holds no rows', 'a row for each run']],
    ['a header alone', 'N,D,loss\n', [], ['holds no rows']],
    ['one row', 'N,D,loss\n1e8,2e9,3.4\n', [], ['the table has 1 row', 'add runs']],
    ['a column that is not there', `N,D,perplexity\n${good}`, [], ['column for loss', 'N, D, perplexity']],
    ['a column named that is not there', `N,D,loss\n${good}`, ['--loss', 'val'], ['no column val', 'N, D, loss']],
    [
      'text in a cell',
      `N,D,loss\n1e8,2e9,diverged\n${good}`,
      [],
      ['row 1 (line 2)', 'loss', '"diverged" is no number'],
    ],
    ['a negative cell', `N,D,loss\n${good}1e8,-2e9,3.4\n`, [], ['row 6 (line 7)', 'D', 'negative']],
    ['a zero', `N,D,loss\n${good}0,2e9,3.4\n`, [], ['row 6 (line 7)', 'N', 'zero']],
    ['a NaN', `N,D,loss\n${good}1e8,2e9,NaN\n`, [], ['row 6 (line 7)', 'loss', 'no number']],
    [
      'one size only',
      'N,D,loss\n1e8,2e9,3.4\n1e8,4e9,3.3\n1e8,8e9,3.2\n1e8,9e9,3.1\n1e8,1e10,3.0\n',
      ['--law', 'chinchilla'],
      ['N (parameters) never varied', 'kaplan-d'],
    ],
    [
      'fewer points than parameters',
      `N,D,loss\n${good}`,
      ['--law', 'additive-power'],
      ['6 parameters', 'the table has 5 rows'],
    ],
    [
      'an expression that cannot be read',
      `N,D,loss\n${good}`,
      ['--where', 'N >'],
      ['cannot be read', 'COLUMN = VALUE'],
    ],
    ['accuracy with no best', `N,D,loss\n${good}`, ['--direction', 'higher'], ['needs the best', '--floor 1']],
    [
      'a value past the floor',
      `N,D,loss\n${good}`,
      ['--floor', '2.6'],
      ['row 5 (line 6)', '2.5 is not above the floor 2.6'],
    ],
    ['a law that is none', `N,D,loss\n${good}`, ['--law', 'moore'], ['no law moore', 'chinchilla']],
  ] as [string, string, string[], string[]][])('%s', async (_what, content, options, said) => {
    const bad = file('bad.csv');
    writeFileSync(bad, content);
    const { code, stdout, stderr } = await cli(['fit', bad, ...options, '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const part of said) expect(stderr).toContain(part);
  });

  it.each([
    ['predict', ['predict', 'FIT', '--params', 'many'], '--params many is no number above 0'],
    [
      'predict a table without the columns',
      ['predict', 'FIT', '--table', 'RUNS', '--params', 'size'],
      'no column size',
    ],
    ['predict from what is no fit', ['predict', 'RUNS', '--params', '1e9'], 'is not JSON'],
    ['plan without a budget', ['plan', 'FIT'], 'no budget is given'],
    ['plan in dollars without a price', ['plan', 'FIT', '--dollars', '5', '--gpu', 'h100'], 'dollars need a price'],
    ['plan on a GPU that is none', ['plan', 'FIT', '--gpu-hours', '5', '--gpu', 'abacus'], 'no GPU abacus'],
    ['plan for a loss below the floor', ['plan', 'FIT', '--target-loss', '0.5'], 'no compute reaches'],
    ['compare with a file that is not there', ['compare', 'FIT', 'none.json'], 'there is no file none.json'],
    ['downstream without accuracies', ['downstream', 'RUNS', '--accuracy', 'mmlu', '--at-loss', '2'], 'no column mmlu'],
  ])('%s', async (_what, args, said) => {
    const named = args.map((one) => (one === 'FIT' ? fitted : one === 'RUNS' ? file('runs.csv') : one));
    const { code, stdout, stderr } = await cli(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });
});

describe('what is odd but can be fitted: a warning on standard error, the document on standard output', () => {
  const rows = (change: (cells: number[], i: number) => number[], header = 'N,D,loss'): string =>
    `${header}\n${ladder(4, 4)
      .map(({ params, tokens }, i) => change([params, tokens, lossAt(params, tokens)], i).join(','))
      .join('\n')}\n`;
  it.each([
    ['columns that look swapped', rows(([params, tokens, loss]) => [tokens!, params!, loss!]), [], 'D is below N in'],
    [
      'compute that contradicts 6ND',
      rows(([params, tokens, loss]) => [params!, tokens!, loss!, params! * tokens!], 'N,D,loss,C'),
      [],
      'compute contradicts 6·N·D',
    ],
    [
      'repeated settings',
      rows(([params, tokens, loss], i) => [
        i < 2 ? 1e7 : params!,
        i < 2 ? 1e9 : tokens!,
        i < 2 ? lossAt(1e7, 1e9) : loss!,
      ]),
      [],
      '1 rows repeat an (N, D)',
    ],
    ['a point far from all others', rows(([n, d, loss], i) => [n!, d!, i === 5 ? 2 * loss! : loss!]), [], 'row 6 ('],
  ] as [string, string, string[], string][])('%s', async (_what, content, options, said) => {
    const odd = file('odd.csv');
    writeFileSync(odd, content);
    const { code, stdout, stderr } = await cli(['fit', odd, ...options, '--bootstrap', '0', '--json']);
    expect(code).toBe(0);
    expect(stderr).toContain(said);
    expect(JSON.parse(stdout).law).toBe('auto');
  });
});
