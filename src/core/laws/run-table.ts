// The table that laws are fitted to: one row a finished run, columns as typed arrays.

/** Rows of a family. All values are positive and finite; all columns have the same length. */
export interface RunTable {
  /** Parameters N of each run. */
  params: Float64Array;
  /** Training tokens D of each run. */
  tokens: Float64Array;
  /** Training compute C of each run in FLOP; 6·N·D where nothing better is known. */
  compute: Float64Array;
  /** Final loss, or whatever metric falls as they grow, in its own unit. */
  loss: Float64Array;
  /** Unique tokens among D, where data were repeated. */
  unique?: Float64Array;
}

/** Where a law is asked for its loss. */
export interface Place {
  params: number;
  tokens: number;
  compute: number;
  unique?: number;
}

/** Kaplan et al. 2020: forward and backward pass cost about 6 FLOP a parameter and token. */
export const FLOP_PER_PARAM_TOKEN = 6;

export const rowsOf = (table: RunTable): number => table.loss.length;

export const placeOf = (table: RunTable, row: number): Place => ({
  params: table.params[row]!,
  tokens: table.tokens[row]!,
  compute: table.compute[row]!,
  unique: table.unique?.[row],
});

/** The rows whose numbers are given, in that order. */
export function pickRows(table: RunTable, rows: ArrayLike<number>): RunTable {
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from({ length: rows.length }, (_, i) => column[rows[i]!]!);
  return {
    params: pick(table.params),
    tokens: pick(table.tokens),
    compute: pick(table.compute),
    loss: pick(table.loss),
    ...(table.unique && { unique: pick(table.unique) }),
  };
}

/** A table of rows given as objects, for callers that hold few of them. */
export function tableOf(
  rows: readonly { params: number; tokens: number; loss: number; compute?: number; unique?: number }[],
): RunTable {
  const column = (value: (row: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, value);
  return {
    params: column((row) => row.params),
    tokens: column((row) => row.tokens),
    compute: column((row) => row.compute ?? FLOP_PER_PARAM_TOKEN * row.params * row.tokens),
    loss: column((row) => row.loss),
    ...(rows.some((row) => row.unique !== undefined) && { unique: column((row) => row.unique ?? row.tokens) }),
  };
}
