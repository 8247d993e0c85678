// Which runs are drawn beside this one, as the address holds them.
import { setQuery } from '../routing.js';

/** More lines than this cannot be told apart. */
const MOST_CHOSEN = 4;

/** Ids in the address, as a JSON list: a run's id may hold any character. */
export function chosenRuns(query: URLSearchParams): string[] {
  try {
    const ids: unknown = JSON.parse(query.get('with') ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(0, MOST_CHOSEN) : [];
  } catch {
    return [];
  }
}

export function chooseRuns(ids: readonly string[]): void {
  setQuery({ with: ids.length === 0 ? null : JSON.stringify(ids.slice(-MOST_CHOSEN)) });
}
