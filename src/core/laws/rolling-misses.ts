// How far a law has missed when it was asked to reach beyond what it had seen: refits on the table's own lower parts.
import { LawError } from './law-error.js';
import { type RunTable, pickRows, rowsOf } from './run-table.js';

/** One refit on the rows up to some compute, and its misses on the rows beyond. */
export interface Origin {
  /** Rows it saw. */
  rows: number;
  /** Largest compute among them, in FLOP. */
  compute: number;
  /** Distance beyond, as ln(C/compute), and ln(measured/said), of each row beyond. */
  misses: { distance: number; miss: number }[];
}

/** Fits the rows given and answers ln L at a row of the whole table. */
export type Refit = (
  rows: RunTable,
) => (row: { params: number; tokens: number; compute: number; unique?: number }) => number;

/** Origins lie this far apart in ln C. */
const STRIDE = 0.4;
const MOST_ORIGINS = 10;
const LEAST_ROWS = 8;
/** Large families are thinned for this: refits of thousands of rows would say nothing more. */
const MOST_ROWS = 1_500;

/** Nearest origin first; none where the table is too small. Refits that the law refuses are left out. */
export function rollingMisses(table: RunTable, refit: Refit): Origin[] {
  const thin = thinned(table);
  const { compute } = thin;
  const most = compute.reduce((top, value) => Math.max(top, value), 0);
  const origins: Origin[] = [];
  let before = -1;
  for (let k = 1; k <= MOST_ORIGINS; k++) {
    const limit = most * Math.exp(-STRIDE * k);
    const [low, far]: [number[], number[]] = [[], []];
    compute.forEach((value, row) => (value <= limit ? low : far).push(row));
    if (low.length < LEAST_ROWS || low.length === before) continue;
    before = low.length;
    const origin = missesOf(thin, low, far, refit);
    if (origin) origins.push(origin);
  }
  return origins;
}

function missesOf(table: RunTable, low: number[], far: number[], refit: Refit): Origin | null {
  const seen = pickRows(table, low);
  const compute = seen.compute.reduce((top, value) => Math.max(top, value), 0);
  try {
    const say = refit(seen);
    const misses = far.map((row) => {
      const at = { params: table.params[row]!, tokens: table.tokens[row]!, compute: table.compute[row]! };
      const said = say({ ...at, unique: table.unique?.[row] });
      return { distance: Math.log(at.compute / compute), miss: Math.log(table.loss[row]!) - said };
    });
    return misses.every(({ miss }) => Number.isFinite(miss)) ? { rows: low.length, compute, misses } : null;
  } catch (error) {
    if (error instanceof LawError) return null;
    throw error;
  }
}

function thinned(table: RunTable): RunTable {
  const rows = rowsOf(table);
  if (rows <= MOST_ROWS) return table;
  return pickRows(
    table,
    Array.from({ length: MOST_ROWS }, (_, i) => Math.floor((i * rows) / MOST_ROWS)),
  );
}
