// The rows of a run that the next commit writes: new ones, and stored ones that a new attempt takes over.
import type { PointRow } from '../runs/point-row.js';
import type { RunChange } from './watch-store.js';

export class UnstoredRows {
  readonly rows: PointRow[] = [];
  readonly moved: RunChange['moved'] = [];

  /** @param fromSeq of the row that it takes over, null for a new one */
  add(row: PointRow, fromSeq: number | null): void {
    const unstored = fromSeq === null ? -1 : this.rows.findIndex((other) => other.seq === fromSeq);
    if (unstored >= 0) this.rows.splice(unstored, 1);
    if (fromSeq !== null && unstored < 0) this.moved.push({ fromSeq, row });
    else this.rows.push(row);
  }
}
