// Pages of lists: one more row than asked for tells whether there is a next page.
import { CursorError } from '../../runs/cursor-error.js';
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

/** The cursor behind an item of a list in order of time, then name. */
export const cursorAt = (at: number, id: string): string => `${at}_${id}`;

/** What `cursorAt` wrote. @param prefix that all ids of the list begin with. @throws CursorError for anything else. */
export function placeOf(cursor: string, prefix: string): { at: number; id: string } {
  const split = cursor.indexOf('_');
  const [time, id] = [cursor.slice(0, split), cursor.slice(split + 1)];
  if (!/^-?\d+(\.\d+)?$/.test(time) || !id.startsWith(prefix)) throw new CursorError(cursor);
  return { at: Number(time), id };
}
