// The public scaling tables that OFFCURVE_TEST_DATA points at, read for tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunTable, tableOf } from '../../src/core/laws/run-table.js';

export type Cells = Record<string, string>;

/** @throws where OFFCURVE_TEST_DATA is not set: these tests are asked for by name. */
export function dataFolder(): string {
  const folder = process.env.OFFCURVE_TEST_DATA;
  if (!folder) throw new Error('set OFFCURVE_TEST_DATA to the folder that holds scaling/');
  return folder;
}

/** Half a unit of the last digit that a number is printed with, and a hair for the rounding. */
export const halfDigit = (printed: string): number => 0.501 * 10 ** -(printed.split('.')[1] ?? '').length;

export function cellsOf(name: string): Cells[] {
  const [header, ...lines] = readFileSync(join(dataFolder(), 'scaling', name), 'utf8')
    .trim()
    .split('\n');
  const columns = header!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
  });
}

export const tableFrom = (rows: Cells[], params: string, tokens: string, loss: string): RunTable =>
  tableOf(rows.map((row) => ({ params: Number(row[params]), tokens: Number(row[tokens]), loss: Number(row[loss]) })));

export const hoffmann = (all: boolean): RunTable =>
  tableFrom(
    cellsOf('chinchilla_epoch245.csv').filter((row) => all || row.excluded !== '1'),
    'N',
    'D',
    'loss',
  );
