// What is odd about a table: swapped columns, contradicting compute, seeds, rows far from all others.
import { ladder, planted } from '../../../test/laws/planted.js';
import { chinchilla } from './chinchilla.js';
import type { RunTable } from './run-table.js';
import { farOutWarning, residualsAlike, tableWarnings } from './table-warnings.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const table = (): RunTable => planted(ladder(4, 4), (place) => chinchilla.loss(truth, place), 0.003);
const numbers = Array.from({ length: 16 }, (_, i) => i + 1);

describe('tableWarnings', () => {
  it('finds nothing odd about a healthy table', () => {
    expect(tableWarnings(table(), numbers, true)).toEqual([]);
    expect(farOutWarning(residualsAlike(table(), 1e-3)!, numbers)).toEqual([]);
  });

  it('asks whether N and D are swapped where D lies below N in most rows', () => {
    const { params, tokens, ...rest } = table();
    const [said] = tableWarnings({ ...rest, params: tokens, tokens: params }, numbers, false);
    expect(said).toContain('name them by --params and --tokens');
  });

  it('says that the loss rises with compute, as accuracy does, or that it never moves', () => {
    const of = (loss: Float64Array): string[] => tableWarnings({ ...table(), loss }, numbers, false);
    expect(of(table().loss.map((loss) => 5 - loss)).join()).toContain('--direction higher');
    expect(of(table().loss.fill(2.5)).join()).toContain('does not fall');
  });

  it('names the rows whose N or D is no count of parameters or tokens', () => {
    const odd = table();
    for (const row of [2, 5]) odd.params[row]! /= 1e6;
    odd.tokens[7]! /= 1e9;
    const said = tableWarnings(odd, numbers, false).join('; ');
    expect(said).toContain('N is below 1000 in rows 3, 6');
    expect(said).toContain('D is below 100000 in row 8');
  });

  it('holds a few thousand steps for steps where the law is of steps', () => {
    const { tokens, ...rest } = table();
    const steps = { ...rest, tokens: tokens.map((value) => value / 1e7) };
    expect(tableWarnings(steps, numbers, false)).not.toEqual([]);
    expect(tableWarnings(steps, numbers, false, true)).toEqual([]);
  });

  it('takes a table without a column of D, whose rows count as one, for what it is', () => {
    const { tokens, ...rest } = table();
    expect(tableWarnings({ ...rest, tokens: tokens.fill(1) }, numbers, false).join()).not.toContain('D is below');
  });

  it('names the rows whose compute contradicts 6·N·D, only where compute was given', () => {
    const odd = table();
    odd.compute[3]! *= 3;
    odd.compute[7]! /= 3;
    expect(tableWarnings(odd, numbers, true)[0]).toContain('rows 4, 8');
    expect(tableWarnings(odd, numbers, false)).toEqual([]);
  });

  it('takes a repeated (N, D) for seeds, and says so', () => {
    const seeds = table();
    seeds.params[1] = seeds.params[0]!;
    seeds.tokens[1] = seeds.tokens[0]!;
    expect(tableWarnings(seeds, numbers, false)[0]).toContain('1 rows repeat');
  });

  it.each([0, 5, 15])('names row %d as far from all others, the top row as well', (row) => {
    const odd = table();
    odd.loss[row]! *= 1.5;
    const [said] = farOutWarning(
      residualsAlike(odd, 1e-3)!,
      numbers.map((n) => n + 100),
    );
    expect(said).toMatch(new RegExp(`: row ${row + 101} \\((49|50|51)\\.\\d %\\): check`));
  });
});
