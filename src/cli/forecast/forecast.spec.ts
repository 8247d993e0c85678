// `offcurve forecast` on files as they are found in the world.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForecastOptions, forecast } from './forecast.js';

let folder: string;
let printed: string;
let complained: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forecast-'));
  printed = complained = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += text), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((complained += text), true));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const loss = (step: number): number => 2 + 3 * (step + 5) ** -0.3;

function file(name: string, lines: readonly unknown[], cutOff = ''): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join('') + cutOff);
  return path;
}
const run = (steps: number, more: (step: number) => object = () => ({ lr: 1e-3 })): unknown[] =>
  Array.from({ length: steps }, (_, i) => ({ step: i + 1, loss: loss(i + 1), ...more(i + 1) }));

async function said(path: string, options: Partial<ForecastOptions> = {}) {
  await forecast([path], { at: '40%', level: 0.9, json: true, ...options });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('offcurve forecast', () => {
  it('prints a line for each place in the order asked, shares exactly as asked', async () => {
    const lines = await said(file('a.jsonl', run(1_000)), { at: '60%,20%,500' });
    expect(lines.map(({ at, at_share, until }) => [at, at_share, until])).toEqual([
      [600, 0.6, 1_000],
      [200, 0.2, 1_000],
      [500, 0.5, 1_000],
    ]);
  });

  it('sees nothing that is measured after the place', async () => {
    const [before] = await said(file('a.jsonl', run(1_000)));
    printed = '';
    const changed = run(1_000).map((row) =>
      (row as { step: number }).step > 400 ? { ...(row as object), loss: 9 } : row,
    );
    expect(await said(file('a.jsonl', changed))).toEqual([before]);
  });

  it('takes the end from --until, else the plan of the metadata, else the last step', async () => {
    const planned = [{ run: { planned_steps: 3_000 } }, ...run(1_000)];
    const path = file('a.jsonl', planned);
    expect((await said(path))[0].until).toBe(3_000);
    printed = '';
    expect((await said(path, { until: 2_000 }))[0]).toMatchObject({ until: 2_000, at: 800 });
  });

  it('leaves a cut-off last line out and says so', async () => {
    const [line] = await said(file('a.jsonl', run(1_000), '{"step":1001,"lo'));
    expect(line.final.loss).toBeCloseTo(loss(1_000), 1);
    expect(complained).toMatch(/cut off/);
  });

  it('says that a schedule contradicts the logged rates, and goes on', async () => {
    const path = file('a.jsonl', run(1_000));
    const schedule = file('s.json', [{ kind: 'linear', peak: 1, decay_steps: 1_000 }]);
    const [line] = await said(path, { schedule });
    expect(line.final).not.toBeNull();
    expect(complained).toMatch(/contradicts/);
  });

  it('refuses a schedule file that contradicts itself, and leaves out such a plan in a log, with field and reason', async () => {
    const schedule = { kind: 'cosine', peak: 1e-4, min: 1e-3 };
    const path = file('a.jsonl', [{ run: { planned_steps: 2_000, schedule } }, ...run(1_000)]);
    await expect(said(path, { schedule: file('s.json', [schedule]) })).rejects.toThrow(
      /s\.json: min: min \(0\.001\) is above peak/,
    );
    const [line] = await said(path);
    expect(line.until).toBe(1_000);
    expect(complained).toMatch(/1 lines left out; the first: line 1: schedule\.min: min \(0\.001\) is above peak/);
  });

  it('counts the batches that the run announces for its rest, and ends lower for a larger one', async () => {
    const plan = (batch_schedule?: unknown) => ({ run: { planned_steps: 2_000, batch_schedule } });
    const [same] = await said(file('a.jsonl', [plan(), ...run(1_000)]));
    printed = '';
    const grows = [
      [0, 512],
      [1_200, 2_048],
    ];
    const [larger] = await said(file('b.jsonl', [plan(grows), ...run(1_000)]));
    expect(larger.leans_on.join()).toMatch(/from step 1200 on 4.0 times the present one/);
    expect(larger.final.loss).toBeLessThan(same.final.loss);
    printed = '';
    const [bad] = await said(file('c.jsonl', [plan(grows.toReversed()), ...run(1_000)]));
    expect(complained).toMatch(/1 lines left out; the first: line 1: batch_schedule: .*the steps must rise/);
    expect(bad.until).toBe(1_000);
  });

  it('is wider where no learning rate is logged, a column of zeros included, and says so', async () => {
    const [known] = await said(file('a.jsonl', run(1_000)));
    for (const more of [() => ({}), () => ({ lr: 0 })]) {
      printed = '';
      const [unknown] = await said(file('b.jsonl', run(1_000, more)));
      expect(unknown.leans_on.join()).toMatch(/no learning rates/);
      expect(unknown.final.upper / unknown.final.lower).toBeGreaterThan(known.final.upper / known.final.lower);
    }
    expect(complained).toMatch(/all 0/);
  });

  it('takes steps that repeat and jump, and times that go back', async () => {
    const odd = run(1_000).flatMap((row, i) => {
      const { step } = row as { step: number };
      const timed = { ...(row as object), time: 1e9 - 10 * i };
      if (step > 300 && step < 360) return [];
      return i % 100 === 0 ? [timed, timed] : [timed];
    });
    const [line] = await said(file('a.jsonl', odd));
    expect(Math.abs(line.final.loss / loss(1_000) - 1)).toBeLessThan(0.02);
  });

  it('forecasts an accuracy asked for by name, and says what is wrong with one in per cent without the word', async () => {
    const rising = (scale: number) =>
      run(1_000, (step) => ({ lr: 1e-3, accuracy: scale * (0.8 - 0.9 * (step + 5) ** -0.3) }));
    const [line] = await said(file('a.jsonl', rising(1)), { metric: 'accuracy' });
    expect(line.final.loss).toBeCloseTo(0.8 - 0.9 * 1_005 ** -0.3, 1);
    printed = '';
    const [percent] = await said(file('b.jsonl', rising(100)), { metric: 'accuracy', at: '90%' });
    expect(percent.abstained).toMatch(/accuracy_percent/);
  });

  it('forecasts a validation loss that is measured every tenth step', async () => {
    const path = file(
      'a.jsonl',
      run(2_000, (step) => ({ lr: 1e-3, ...(step % 10 === 0 ? { val_loss: 1.05 * loss(step) } : {}) })),
    );
    const [line] = await said(path, { metric: 'val_loss', at: '60%' });
    expect(line.metric).toBe('val_loss');
    expect(Math.abs(line.final.loss / (1.05 * loss(2_000)) - 1)).toBeLessThan(0.02);
  });

  it('infers a decay under way from the logged rates of a run that is still going', async () => {
    const path = file(
      'a.jsonl',
      run(1_200, (step) => ({ lr: 1e-3 * Math.min(1, (2_000 - step) / 1_600) })),
    );
    const [line] = await said(path, { until: 2_000, at: '1200' });
    expect(line.leans_on.join()).toMatch(/inferred from the logged ones: linear/);
  });

  it.each([
    ['a picture that is neither PNG nor SVG', ['a.jsonl'], 'p.gif', /neither/],
    ['a picture of two runs', ['a.jsonl', 'b.jsonl'], 'p.png', /one run/],
  ])('refuses %s', async (_, names, plot, words) => {
    const paths = names.map((name) => file(name, run(100)));
    await expect(forecast(paths, { at: '40%', level: 0.9, plot: join(folder, plot) })).rejects.toThrow(words);
  });

  it.each([
    [
      'only NaN',
      [
        { step: 1, loss: 'NaN' },
        { step: 2, loss: 'NaN' },
      ],
    ],
    ['no loss', [{ step: 1, accuracy: 1 }]],
    ['one point', [{ step: 1, loss: 2 }]],
    ['nothing at all', []],
  ])('abstains with a reason on a log with %s', async (_, lines) => {
    const [line] = await said(file('a.jsonl', lines));
    expect(line.final).toBeNull();
    expect(line.abstained).not.toBe('');
  });

  it('leaves the run itself out of its siblings', async () => {
    const path = file('a.jsonl', run(1_000));
    const [line] = await said(path, { siblings: folder });
    expect(line.leans_on.join()).not.toMatch(/sibling/);
    printed = '';
    file('b.jsonl', run(1_000));
    expect((await said(path, { siblings: folder }))[0].leans_on).toContain('sibling b');
  });
});
