// Checks that a table can carry a law at all, so that no exponent is invented.
import { LawError } from './law-error.js';
import { type RunTable, rowsOf } from './run-table.js';

const MEANT = { params: 'N (parameters)', tokens: 'D (tokens)', compute: 'C (compute)' } as const;
/** Columns whose logs spread less than this do not vary. */
export const LEAST_SPREAD = 1e-3;

/** @throws LawError where there are fewer rows than parameters. */
export function requireRows(table: RunTable, parameters: number, law: string): void {
  const rows = rowsOf(table);
  if (rows < parameters)
    throw new LawError(
      `${law} has ${parameters} parameters, the table has ${rows} row${rows === 1 ? '' : 's'}`,
      'add runs, or fit a law with fewer parameters (kaplan-n, kaplan-d, kaplan-c)',
    );
}

/** @throws LawError where a column never varied: its exponent could be anything. */
export function requireVaried(table: RunTable, columns: readonly (keyof typeof MEANT)[], law: string): void {
  for (const column of columns)
    if (spreadOf(table[column]) < LEAST_SPREAD)
      throw new LawError(
        `${MEANT[column]} never varied (${table[column][0]} in all rows), and ${law} has an exponent for it that nothing identifies`,
        column === 'params'
          ? 'add runs of other sizes, or fit --law kaplan-d'
          : column === 'tokens'
            ? 'add runs with other amounts of data, or fit --law kaplan-n'
            : 'add runs with other compute',
      );
}

/** Largest minus smallest natural log. */
export function spreadOf(column: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of column) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Math.log(high) - Math.log(low);
}
