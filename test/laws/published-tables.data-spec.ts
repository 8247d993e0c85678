// Published optima and the way to task accuracies come out of the published tables.
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { accuracyAt, fitSigmoid } from '../../src/core/laws/downstream.js';
import { budgetOptima } from '../../src/core/laws/isoflop.js';
import { weightedLine } from '../../src/core/math/regression.js';
import { type Cells, cellsOf, tableFrom } from './real-tables.js';

const relative = (found: number, wanted: number): number => Math.abs(found / wanted - 1);

describe("Porian et al.'s isoFLOP profiles", () => {
  const wanted = cellsOf('isoflop_refinedweb_expected.csv').map((row): [string, Cells] => [row.key!, row]);

  it.each(wanted)('%s: the published exponent from the published optima, to the digits of the file', (setting, row) => {
    const optima = cellsOf('isoflop_refinedweb_optimal.csv').filter(
      // An optimum that no bootstrap brackets has no deviation, and was left out there too.
      (one) => one.setting === setting && Number(one.log_n_star_std) > 0,
    );
    const [x, y, deviation] = ['flops', 'n_star', 'log_n_star_std'].map((column) =>
      optima.map((one) => Number(one[column])),
    ) as [number[], number[], number[]];
    const line = (weights?: number[]) => weightedLine(x.map(Math.log), y.map(Math.log), weights);
    const weighted = line(deviation.map((d) => 1 / d ** 2));
    expect(relative(weighted.slope, Number(row.stored_w))).toBeLessThan(1e-7);
    expect(relative(Math.exp(weighted.intercept), Number(row.stored_coef))).toBeLessThan(1e-6);
    expect(relative(line().slope, Number(row.mine_u))).toBeLessThan(1e-7);
  });

  it.each(wanted)('%s: the best sizes of the runs themselves within 5 %%', (setting) => {
    const rows = cellsOf('isoflop_refinedweb.csv').filter((one) => one.setting === setting);
    const table = tableFrom(rows, 'n', 'tokens', 'loss');
    table.compute.set(rows.map((row) => Number(row.flops)));
    const published = cellsOf('isoflop_refinedweb_optimal.csv').filter((one) => one.setting === setting);
    const found = budgetOptima(table);
    expect(found.length).toBeGreaterThanOrEqual(published.length - 1);
    for (const { compute, params } of found) {
      const same = published.find((one) => relative(Number(one.flops), compute) < 0.01)!;
      expect(relative(params, Number(same.n_star))).toBeLessThan(0.05);
    }
  });
});

describe('the OLMo ladder', () => {
  const wanted = cellsOf('olmo_ladder_expected.csv');
  const tasks = [...new Set(wanted.map((row) => row.task!))];

  it.each(tasks)('%s: both steps and their chain, as published', (task) => {
    const train = (row: Cells): boolean => row.task === task && row.mode === 'train';
    const { parameters } = chinchilla.fit(
      tableFrom(cellsOf('olmo_ladder_step1.csv').filter(train), 'N', 'D', 'task_bpb'),
      { delta: 1e-3 },
    );
    const points = cellsOf('olmo_ladder_step2.csv').filter(train);
    const sigmoid = fitSigmoid(
      Float64Array.from(points, (row) => Number(row.task_bpb)),
      Float64Array.from(points, (row) => Number(row.accuracy)),
    );
    const eval_ = cellsOf('olmo_ladder_step1.csv').filter((row) => row.task === task && row.mode === 'eval');
    for (const row of wanted.filter((one) => one.task === task)) {
      // The published optimum is as sharp as its optimiser was; what it predicts is sharper.
      for (const name of ['E', 'alpha', 'beta'])
        expect(relative(parameters[name]!, Number(row[name]))).toBeLessThan(1e-5);
      for (const name of ['A', 'B']) expect(relative(parameters[name]!, Number(row[name]))).toBeLessThan(5e-5);
      for (const name of ['a', 'x0', 'k', 'b'] as const)
        expect(relative(sigmoid[name], Number(row[`sig_${name}`]))).toBeLessThan(1e-5);
      const run = eval_.find((one) => one.run === row.target)!;
      const loss = chinchilla.loss(parameters, { params: Number(run.N), tokens: Number(run.D), compute: NaN });
      const said = { s1: loss, s2: accuracyAt(sigmoid, Number(row.s1_true)), ch: accuracyAt(sigmoid, loss) };
      for (const [step, value] of Object.entries(said)) {
        expect(relative(value, Number(row[`${step}_pred`]))).toBeLessThan(2e-6);
        // The paper prints its forecasts of one of the two targets.
        if (row[`exp_${step}`]) expect(relative(value, Number(row[`exp_${step}`]))).toBeLessThan(2e-6);
      }
    }
  });
});
