// Chinchilla's law on the committed sweep, where the data push the floor to nothing: no start of L-BFGS ends lower.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fewStarts, lbfgs, objectiveOf } from '../../bench/multi-start.mjs';
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { tableOf } from '../../src/core/laws/run-table.js';

const [header, ...lines] = readFileSync(join(__dirname, '../../examples/sweep/results.csv'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const runs = lines.map((line) => Object.fromEntries(line.map((cell, i) => [header![i]!, cell])));

it.each([
  ['sqlite-bytes', 'loss'],
  ['sqlite-bytes', 'train_loss'],
  ['sqlite-bytes-no-shift', 'loss'],
  ['sqlite-bytes-no-shift', 'train_loss'],
])('%s, %s', (family, loss) => {
  const own = runs.filter((run) => run.family === family && run.schedule === 'cosine');
  const table = tableOf(
    own.map((run) => ({ params: Number(run.params), tokens: Number(run.tokens), loss: Number(run[loss]) })),
  );
  const { objective, converged } = chinchilla.fit(table, { delta: 1e-3 });
  const opponent = objectiveOf(table, 1e-3);
  const best = Math.min(...fewStarts(60).map((start) => lbfgs(opponent, start).value));
  expect(converged).toBe(true);
  expect(objective).toBeLessThanOrEqual(best * (1 + 1e-9));
});
