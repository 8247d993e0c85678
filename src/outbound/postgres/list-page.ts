// Pages of lists: one more row than asked for tells whether there is a next page.
import type { Page } from '../../runs/run-reader.js';

/** @param rows up to `limit` + 1 of them. @param cursorOf what the page after this item begins behind. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(itemOf), next: rows.length > limit ? cursorOf(shown.at(-1)!) : null };
}
