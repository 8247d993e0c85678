// A place in a list that the list itself never named.
import { StoreError } from './store-error.js';

/** `after` of a page is not the `next` of a page before it. Asking again does not help. */
export class CursorError extends StoreError {
  override readonly name = 'CursorError';
  constructor(readonly cursor: string) {
    super('the cursor is none that this list has given', false);
  }
}
