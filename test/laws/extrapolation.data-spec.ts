// Honest intervals: fitted on a tenth of the largest compute, judged on the runs beyond, over all public tables.
import { fitLaw } from '../../src/core/laws/fit-law.js';
import { predict } from '../../src/core/laws/predict.js';
import { type RunTable, pickRows, tableOf } from '../../src/core/laws/run-table.js';
import { publicTables } from '../../scripts/public-tables.mjs';
import { dataFolder } from './real-tables.js';

/** All 245 of Hoffmann et al.'s points are the 240 with five misreadings; long warm-ups are other settings of the same runs. */
const tables = (): RunTable[] =>
  publicTables(dataFolder())
    .filter(({ name }) => name !== 'besiroglu 245' && !name.includes('/long/'))
    .map(({ runs }) => tableOf(runs));

const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

it('auto: mean error at most 1.25 %, coverage .85 to .97, interval score at most 6.5 %', () => {
  const scores = tables().map((table) => {
    const top = Math.max(...table.compute) / 10;
    const rows = [...table.compute.keys()];
    const document = fitLaw(
      pickRows(
        table,
        rows.filter((row) => table.compute[row]! <= top * 1.0001),
      ),
      {
        law: 'auto',
        delta: 1e-3,
        bootstrap: 0,
        seed: 1,
        level: 0.9,
        columns: { params: 'N', tokens: 'D', compute: null, loss: 'loss' },
      },
    );
    const each = rows
      .filter((row) => table.compute[row]! > top * 1.0001)
      .map((row) => {
        const measured = table.loss[row]!;
        const { loss, lower, upper } = predict(
          document,
          { params: table.params[row]!, tokens: table.tokens[row]! },
          0.9,
        );
        const outside = Math.max(lower - measured, measured - upper, 0);
        return {
          error: Math.abs(loss / measured - 1),
          covered: outside === 0 ? 1 : 0,
          score: (upper - lower + 20 * outside) / measured,
        };
      });
    return {
      rows: each.length,
      error: mean(each.map((one) => one.error)),
      covered: mean(each.map((one) => one.covered)),
      score: mean(each.map((one) => one.score)),
    };
  });
  expect(scores).toHaveLength(11);
  expect(mean(scores.map((one) => one.error))).toBeLessThanOrEqual(0.0125);
  expect(mean(scores.map((one) => one.score))).toBeLessThanOrEqual(0.065);
  const large = scores.filter((one) => one.rows >= 8);
  for (const some of [scores, large]) {
    expect(mean(some.map((one) => one.covered))).toBeGreaterThanOrEqual(0.85);
    expect(mean(some.map((one) => one.covered))).toBeLessThanOrEqual(0.97);
  }
}, 120_000);
