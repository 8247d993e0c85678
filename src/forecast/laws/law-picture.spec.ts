// What is drawn of a law: runs keep their residual, and a law that knows no best split is drawn without one.
import { fitLaw } from '../../core/laws/fit-law.js';
import { type LawRow, tableOf } from './family-law.js';
import { lawHistory } from './law-history.js';
import { lawPicture } from './law-picture.js';

const rowOf = (params: number, tokens: number): LawRow => ({
  ...{ run: `${params} ${tokens}`, params, tokens, compute: 6 * params * tokens, from: 'end' },
  loss: 1.7 + 406 / params ** 0.34 + 410 / tokens ** 0.28,
});
const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
const fit = (rows: LawRow[]) =>
  fitLaw(tableOf(rows), { law: 'auto', bootstrap: 20, seed: 1, delta: 1e-3, level: 0.9, columns });
const versionOf = (rows: LawRow[], document = fit(rows)) => ({
  ...{ family: 'f', metric: 'loss', version: 1, codeVersion: '1', digest: '', rows, document, createdAt: 0 },
  changes: { since: null, moves: [], added: [], removed: [], changed: [], summary: 'the first version' },
});

it('brings each run to a budget along the law, its residual and its size kept', () => {
  const rows = [1e7, 3e7, 1e8].flatMap((params) => [1e9, 3e9].map((tokens) => rowOf(params, tokens)));
  const document = fit(rows);
  const { budgets, runs, best } = lawPicture(document, rows, 0.9);
  const brought = budgets.flatMap((budget) => budget.runs);
  expect(brought.map(({ run }) => run).sort()).toEqual(rows.map(({ run }) => run).sort());
  // The first run lies at the first budget itself: it is where it was measured.
  const first = budgets[0]!.runs.find(({ compute }) => compute === document.range.compute.min)!;
  expect(first.loss / rows[0]!.loss).toBeCloseTo(1, 9);
  for (const { loss, said, residual } of runs) expect(said * Math.exp(residual)).toBeCloseTo(loss, 10);
  for (const { params, tokens, compute } of best) expect((6 * params * tokens) / compute).toBeCloseTo(1, 6);
});

it('is drawn with no best split where tokens never varied: the law is of N alone', () => {
  const rows = [1e7, 2e7, 4e7, 8e7, 1.6e8].map((params) => rowOf(params, 1e9));
  const version = versionOf(rows);
  const { best, budgets, sizes, runs } = lawPicture(version.document, rows, 0.9);
  expect([best, budgets]).toEqual([[], []]);
  expect(sizes).toHaveLength(5);
  for (const { residual } of runs) expect(Math.abs(residual)).toBeLessThan(0.02);
  expect(lawHistory([version], 0.9).versions[0]!.said.loss).toBeGreaterThan(1.7);
});
