// Says what a family lacks for a law, or for a law of N and D both.
import type { LawRow } from './family-law.js';
import { LEAST_RUNS } from './family-laws.js';

/** @returns sentences; none where a law of N and D has what it needs at the least. */
export function missingFor(metric: string, rows: readonly LawRow[]): string[] {
  const missing: string[] = [];
  const few = LEAST_RUNS - rows.length;
  if (few > 0)
    missing.push(
      `${metric}: ${few} more finished run${few === 1 ? '' : 's'} (${rows.length} of at least ${LEAST_RUNS} usable)`,
    );
  if (rows.length > 0 && same(rows.map(({ params }) => params))) missing.push(`${metric}: runs of another size N`);
  if (rows.length > 0 && same(rows.map(({ tokens }) => tokens)))
    missing.push(`${metric}: runs with another amount of data D`);
  return missing;
}

const same = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
