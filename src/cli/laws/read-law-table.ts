// From a file and column names to the table that laws are fitted to, with an error for every cell that is no good.
import { FLOP_PER_PARAM_TOKEN, type RunTable } from '../../core/laws/run-table.js';
import { type TableFile, TableFileError, type TableRow, readTableFile } from '../../inbound/files/table-file.js';
import { type Metric, leftOf } from '../../core/laws/metric.js';
import { UserError } from '../user-error.js';
import { rowFilter } from './row-filter.js';

export interface ColumnOptions {
  loss?: string;
  params?: string;
  tokens?: string;
  compute?: string;
  unique?: string;
  where?: string;
  exclude?: string;
  /** Which way the metric in the loss column is better. */
  direction?: 'lower' | 'higher';
  /** What no run gets past. */
  floor?: number;
}

export interface LawTable {
  table: RunTable;
  columns: { params: string | null; tokens: string | null; compute: string | null; loss: string };
  /** Numbers of the rows that were taken, from 1. */
  rows: number[];
  /** Compute was read from a column, not made from N and D. */
  computeGiven: boolean;
  /** Where the table's loss is what is left of the column to a floor. */
  metric?: Metric;
}

/** Names that columns are known by where none is given. */
export const USUAL = {
  loss: ['loss', 'final_loss', 'val_loss', 'L'],
  params: ['N', 'params', 'parameters', 'n'],
  tokens: ['D', 'tokens', 'd'],
  compute: ['C', 'compute', 'flops', 'FLOPs', 'flop'],
};
type Role = keyof typeof USUAL;

/**
 * @param needs the columns that the law cannot do without
 * @throws UserError that names row, column and fix.
 */
export async function readLawTable(path: string, options: ColumnOptions, needs: readonly string[]): Promise<LawTable> {
  const file = await readRows(path);
  if (file.rows.length === 0) throw new UserError(`${path} holds no rows`, 'give a table with a row for each run');
  const rows = chosen(file, options);
  if (rows.length === 0)
    throw new UserError(
      'no row is left after --where and --exclude',
      `${path} has ${file.rows.length} rows: check the expressions`,
    );
  const name = (role: Role): string | null => columnOf(role, options[role], file.columns);
  const columns = { params: name('params'), tokens: name('tokens'), compute: name('compute'), loss: name('loss') };
  if (columns.loss === null) throw missing('loss', file.columns);
  // What can be made from the other two need not be there.
  const made = (role: Role): boolean =>
    (role === 'compute' && columns.params !== null && columns.tokens !== null) ||
    (role === 'tokens' && columns.params !== null && columns.compute !== null) ||
    (role === 'params' && columns.tokens !== null && columns.compute !== null);
  for (const role of ['params', 'tokens', 'compute'] as const)
    if (needs.includes(role) && columns[role] === null && !made(role)) throw missing(role, file.columns);
  const column = (of: string | null): Float64Array | null => (of === null ? null : numbers(rows, of));
  const metric = metricOf(options);
  const loss = metric ? left(rows, columns.loss, metric) : numbers(rows, columns.loss);
  const unique = options.unique ? numbers(rows, known(options.unique, '--unique', file.columns)) : undefined;
  const { params, tokens, compute } = complete(
    column(columns.params),
    column(columns.tokens),
    column(columns.compute),
    loss.length,
  );
  return {
    table: { params, tokens, compute, loss, ...(unique && { unique }) },
    ...(metric && { metric }),
    columns: { ...columns, loss: columns.loss },
    rows: rows.map(({ row }) => row),
    computeGiven: columns.compute !== null && columns.params !== null && columns.tokens !== null,
  };
}

/** @throws UserError where higher is better and nothing says where the metric ends. */
function metricOf({ direction = 'lower', floor }: ColumnOptions): Metric | undefined {
  if (direction === 'higher' && floor === undefined)
    throw new UserError(
      '--direction higher needs the best that the metric can be',
      'add --floor, such as --floor 1 for accuracy or --floor 100 for BLEU',
    );
  return direction === 'higher' || floor !== undefined ? { direction, floor: floor ?? 0 } : undefined;
}

/** What is left of a column to its floor. */
function left(rows: readonly TableRow[], column: string, metric: Metric): Float64Array {
  return numbers(rows, column).map((value, i) => {
    const rest = leftOf(metric, value);
    if (rest > 0) return rest;
    throw new UserError(
      `row ${rows[i]!.row} (line ${rows[i]!.line}), column ${column}: ${value} is not ${metric.direction === 'lower' ? 'above' : 'below'} the floor ${metric.floor}`,
      'give as --floor what no run can reach, in the unit of the column',
    );
  });
}

/** Rows of a table file, its errors told as the user's. */
export async function readRows(path: string): Promise<TableFile> {
  try {
    return await readTableFile(path);
  } catch (error) {
    if (error instanceof TableFileError) throw new UserError(`${path}: ${error.message}`, error.fix);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UserError(`there is no file ${path}`, 'check the path');
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw new UserError(`${path} is a folder`, 'give a file');
    throw error;
  }
}

function chosen({ rows, columns }: TableFile, { where, exclude }: ColumnOptions): TableRow[] {
  const kept = where ? rowFilter(where, columns) : () => true;
  const dropped = exclude ? rowFilter(exclude, columns) : () => false;
  return rows.filter(({ cells }) => kept(cells) && !dropped(cells));
}

function columnOf(role: Role, asked: string | undefined, columns: readonly string[]): string | null {
  if (asked !== undefined) return known(asked, `--${role}`, columns);
  return USUAL[role].find((name) => columns.includes(name)) ?? null;
}

function known(name: string, option: string, columns: readonly string[]): string {
  if (!columns.includes(name))
    throw new UserError(`there is no column ${name} (${option})`, `the table has ${columns.join(', ')}`);
  return name;
}

function missing(role: Role, columns: readonly string[]): UserError {
  const [only] = columns;
  if (columns.length === 1 && /[;\t]/.test(only!))
    return new UserError(
      `the header holds no comma but ${only!.includes(';') ? 'semicolons' : 'tabs'}`,
      'save the table with commas between the cells and points in the numbers',
    );
  return new UserError(
    `there is no column for ${role} (${USUAL[role].join(', ')})`,
    `name it by --${role}; the table has ${columns.join(', ')}`,
  );
}

/**
 * @param zero a zero is a value too: accuracies begin there
 * @throws UserError at the first cell that is no positive, finite number.
 */
export function numbers(rows: readonly TableRow[], column: string, zero = false): Float64Array {
  return Float64Array.from(rows, ({ row, line, cells }) => {
    const cell = cells[column];
    if (typeof cell === 'number' && (cell > 0 || (zero && cell === 0)) && Number.isFinite(cell)) return cell;
    const what = cell === undefined || cell === null ? 'the cell is empty' : `"${String(cell)}" is ${wrongWith(cell)}`;
    throw new UserError(
      `row ${row} (line ${line}), column ${column}: ${what}`,
      `write a number above 0, or leave the row out, such as by --exclude "COLUMN = VALUE"`,
    );
  });
}

function wrongWith(cell: unknown): string {
  if (typeof cell === 'number') return cell === 0 ? 'zero' : cell < 0 ? 'negative' : 'not finite';
  return 'no number';
}

function complete(
  params: Float64Array | null,
  tokens: Float64Array | null,
  compute: Float64Array | null,
  rows: number,
): { params: Float64Array; tokens: Float64Array; compute: Float64Array } {
  const k = FLOP_PER_PARAM_TOKEN;
  const ones = new Float64Array(rows).fill(1);
  const N = params ?? (tokens && compute ? compute.map((c, i) => c / (k * tokens[i]!)) : ones);
  const D = tokens ?? (params && compute ? compute.map((c, i) => c / (k * params[i]!)) : ones);
  return { params: N, tokens: D, compute: compute ?? N.map((n, i) => k * n * D[i]!) };
}

/** The losses and the accuracies of a table by their columns' names, after --where and --exclude. */
export async function readAccuracies(
  path: string,
  [loss, accuracy]: readonly [loss: string, accuracy: string],
  options: Pick<ColumnOptions, 'where' | 'exclude'>,
): Promise<[losses: Float64Array, accuracies: Float64Array]> {
  const file = await readRows(path);
  const rows = chosen(file, options);
  if (rows.length === 0) throw new UserError(`no row of ${path} is left`, 'check --where and --exclude');
  return [
    numbers(rows, known(loss, 'asked for', file.columns)),
    numbers(rows, known(accuracy, 'asked for', file.columns), true),
  ];
}
