// Recalibration: how far forecasts of a user's own finished runs missed, beside the table that comes with the package.
/** One forecast of a finished run: its miss in units of the forecast's own scale. */
export interface OwnScore {
  /** Share of the training that was seen. */
  share: number;
  score: number;
}

/** Shares of the steps at which a finished run is forecast afterwards. */
export const SCORED_SHARES = [0.2, 0.4, 0.6, 0.8];
/** The table counts for so many scores of one's own: a few runs do not overthrow it, many outvote it. */
const TABLE_COUNTS = 20;
/** Scores count for shares no further off than this. */
const NEAR = 0.11;

/**
 * Conformal quantile over own scores and the table's, each of the latter one of `TABLE_COUNTS` equally likely ones.
 * @param tableAt the table's quantile at a level
 */
export function pooledQuantile(
  tableAt: (level: number) => number,
  own: readonly OwnScore[],
  share: number,
  level: number,
): number {
  const near = own.filter((one) => Math.abs(one.share - share) <= NEAR).map(({ score }) => score);
  if (near.length === 0) return tableAt(level);
  const table = Array.from({ length: TABLE_COUNTS }, (_, i) => tableAt((i + 0.5) / TABLE_COUNTS));
  const all = [...table, ...near].sort((a, b) => a - b);
  // Of n scores the next one exceeds the k-th smallest with probability 1 − k/(n + 1).
  const place = Math.min(all.length, level * (all.length + 1)) - 1;
  const below = Math.max(0, Math.floor(place));
  const above = Math.min(all.length - 1, below + 1);
  return all[below]! + (place - below) * (all[above]! - all[below]!);
}
