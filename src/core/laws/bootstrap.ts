// Bootstraps of a fit: runs drawn with replacement, seeds of one setting drawn together.
import { deviation, median, quantile } from '../math/quantile.js';
import { centralT } from '../math/student.js';
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

/**
 * Standard errors, central intervals and covariance of parameters over bootstraps; nulls where there are too few.
 * @param rows of the table: with few of them the bootstraps' intervals are too narrow, and are widened; as they are where absent
 */
export function spreadOver(
  names: readonly string[],
  draws: readonly Parameters[],
  level: number,
  rows = Infinity,
): Spread {
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
        intervalOf(columns[i]!, level, name === FLOOR_NAME, wideningOf(rows, names.length, level)),
      ]),
    ),
    covariance,
  };
}

const FLOOR_NAME = 'E';

/**
 * What a resampled fit scatters too little: a fit of k parameters leaves n − k of n residuals, and quantiles of a normal are
 * Student's with that few degrees. Davison and Hinkley 1997, Bootstrap Methods and their Application, 6.2.
 */
function wideningOf(rows: number, parameters: number, level: number): number {
  if (rows === Infinity) return 1;
  const left = Math.max(1, rows - parameters);
  return (Math.sqrt(rows / left) * centralT(level, left)) / centralT(level, MANY);
}

const MANY = 1e6;
/** What a number still holds. */
const LARGEST_LOG = 700;

/** Quantiles over the draws, moved away from the median by `widening`: as a factor where all are above nothing. */
function intervalOf(
  draws: Float64Array,
  level: number,
  floor: boolean,
  widening: number,
): { lower: number; upper: number } {
  const factors = !floor && draws.every((value) => value > 0);
  const scaled = factors ? draws.map(Math.log) : draws;
  const middle = median(scaled);
  const at = (share: number): number => {
    const moved = middle + widening * (quantile(scaled, share) - middle);
    return factors ? Math.exp(Math.max(-LARGEST_LOG, Math.min(LARGEST_LOG, moved))) : moved;
  };
  const [lower, upper] = [at((1 - level) / 2), at((1 + level) / 2)];
  return { lower: floor ? Math.max(0, lower) : lower, upper };
}
