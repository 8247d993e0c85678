// Tables of runs: what is read, and what is refused with row, column and fix.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.js';
import { type ColumnOptions, readLawTable } from './read-law-table.js';

const folder = mkdtempSync(join(tmpdir(), 'offcurve-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(
  content: string,
  options: ColumnOptions = {},
  needs: readonly string[] = ['params', 'tokens'],
  name = 't.csv',
) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return readLawTable(file, options, needs);
}

async function refusal(content: string, options: ColumnOptions = {}): Promise<UserError> {
  const error = await read(content, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('readLawTable', () => {
  it('knows the usual names, and makes compute of N and D', async () => {
    const { table, columns } = await read('N,D,loss\n1e8,2e9,3.5\n2e8,4e9,3.2\n');
    expect([...table.compute]).toEqual([1.2e18, 4.8e18]);
    expect(columns).toEqual({ params: 'N', tokens: 'D', compute: null, loss: 'loss' });
  });

  it('makes D of N and compute', async () => {
    const { table } = await read('N,C,loss\n1e8,6e17,3.5\n', {}, ['params', 'tokens']);
    expect(table.tokens[0]).toBeCloseTo(1e9, 0);
  });

  it('reads JSON lines', async () => {
    const { table } = await read('{"N":1e8,"D":2e9,"loss":3.5}\n\n{"N":2e8,"D":2e9,"loss":3.3}\n', {}, [], 't.jsonl');
    expect([...table.loss]).toEqual([3.5, 3.3]);
  });

  it('checks only the rows that are meant, and numbers them as the file does', async () => {
    const { rows } = await read('N,D,loss,use\n1e8,2e9,NaN,0\n2e8,4e9,3.2,1\n', { exclude: 'use = 0' });
    expect(rows).toEqual([2]);
  });

  it.each([
    ['NaN', '"NaN" is no number'],
    ['abc', '"abc" is no number'],
    ['-3', '"-3" is negative'],
    ['0', '"0" is zero'],
    ['', 'the cell is empty'],
    ['1e999', '"Infinity" is not finite'],
  ])('refuses %j as a loss, naming row, line and column', async (cell, why) => {
    const { message, fix } = await refusal(`N,D,loss\n1e8,2e9,3.5\n2e8,4e9,${cell}\n`);
    expect(message).toBe(`row 2 (line 3), column loss: ${why}`);
    expect(fix).toContain('--exclude');
  });

  it('refuses an empty table, and a header alone', async () => {
    expect((await refusal('')).message).toContain('holds no rows');
    expect((await refusal('N,D,loss\n')).message).toContain('holds no rows');
  });

  it('names the columns there are where one is missing', async () => {
    expect((await refusal('N,D,perplexity\n1e8,2e9,3\n')).fix).toContain('the table has N, D, perplexity');
    expect((await refusal('N,D,loss\n1e8,2e9,3\n', { loss: 'val' })).message).toBe('there is no column val (--loss)');
    expect((await refusal('D,loss\n2e9,3\n')).message).toContain('no column for params');
  });

  it('says that no row is left', async () => {
    expect((await refusal('N,D,loss\n1e8,2e9,3\n', { where: 'N > 1e9' })).message).toContain('no row is left');
  });

  it('refuses a line with too many cells', async () => {
    expect((await refusal('N,D,loss\n1e8,2e9,3,4\n')).message).toContain('line 2: 4 cells under a header of 3');
  });
});
