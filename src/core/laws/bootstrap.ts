// Bootstraps of a fit: runs drawn with replacement, seeds of one setting drawn together.
import { deviation, quantile } from '../math/quantile.js';
import { resampleCounts, seededUniform } from '../math/random.js';
import type { Parameters } from './law-kind.js';
import { type RunTable, rowsOf } from './run-table.js';

/** For each of `times`, how often each row counts. Rows of one (N, D) are one draw: their misses are not independent. */
export function* resamples(table: RunTable, times: number, seed: number): Generator<Float64Array> {
  const groups = groupsOf(table);
  const most = groups.reduce((top, group) => Math.max(top, group + 1), 0);
  const uniform = seededUniform(seed);
  const drawn = new Float64Array(most);
  for (let time = 0; time < times; time++) {
    resampleCounts(most, uniform, drawn);
    yield Float64Array.from(groups, (group) => drawn[group]!);
  }
}

/** For each row the number of its (N, D). */
export function groupsOf(table: RunTable): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: rowsOf(table) }, (_, row) => {
    const key = `${table.params[row]} ${table.tokens[row]} ${table.unique?.[row] ?? ''}`;
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
}

export interface Spread {
  standardErrors: Record<string, number | null>;
  intervals: Record<string, { lower: number; upper: number }>;
  covariance: number[][] | null;
}

const FEWEST = 20;

/** Standard errors, central intervals and covariance of parameters over bootstraps; nulls where there are too few. */
export function spreadOver(names: readonly string[], draws: readonly Parameters[], level: number): Spread {
  const columns = names.map((name) => Float64Array.from(draws, (draw) => draw[name]!));
  if (draws.length < FEWEST)
    return { standardErrors: Object.fromEntries(names.map((n) => [n, null])), intervals: {}, covariance: null };
  const means = columns.map((column) => column.reduce((sum, v) => sum + v, 0) / column.length);
  const covariance = columns.map((one, i) =>
    columns.map((other, j) => {
      let sum = 0;
      one.forEach((v, d) => (sum += (v - means[i]!) * (other[d]! - means[j]!)));
      return sum / (one.length - 1);
    }),
  );
  return {
    standardErrors: Object.fromEntries(names.map((name, i) => [name, deviation(columns[i]!)])),
    intervals: Object.fromEntries(
      names.map((name, i) => [
        name,
        { lower: quantile(columns[i]!, (1 - level) / 2), upper: quantile(columns[i]!, (1 + level) / 2) },
      ]),
    ),
    covariance,
  };
}
