// The address is the page's state: which view, and what is filtered, zoomed or chosen in it. Back restores it.
import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { view: 'fleet' }
  | { view: 'run'; id: string }
  | { view: 'deviations' }
  | { view: 'deviation'; id: string }
  | { view: 'families' }
  | { view: 'family'; id: string }
  | { view: 'plan' }
  | { view: 'audit' }
  | { view: 'silences' }
  | { view: 'unknown' };

/** The view that a path names; ids may hold any character, percent-encoded. */
export function routeOf(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').slice(1);
  if (rest.some((part) => part !== '')) return { view: 'unknown' };
  const id = second === undefined || second === '' ? null : decoded(second);
  switch (first) {
    case '':
      return id === null ? { view: 'fleet' } : { view: 'unknown' };
    case 'runs':
      return id === null ? { view: 'fleet' } : { view: 'run', id };
    case 'deviations':
      return id === null ? { view: 'deviations' } : { view: 'deviation', id };
    case 'families':
      return id === null ? { view: 'families' } : { view: 'family', id };
    case 'plan':
      return { view: 'plan' };
    case 'silences':
      return { view: 'silences' };
    case 'audit':
      return { view: 'audit' };
    default:
      return { view: 'unknown' };
  }
}

/** A stray percent sign is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const runPath = (id: string): string => `/runs/${encodeURIComponent(id)}`;
export const deviationPath = (id: string): string => `/deviations/${encodeURIComponent(id)}`;
export const familyPath = (id: string): string => `/families/${encodeURIComponent(id)}`;

const CHANGED = 'offcurve:address';

/** Goes to an address of this page; `replace` leaves no entry for Back. */
export function goTo(address: string, { replace = false } = {}): void {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  window.dispatchEvent(new Event(CHANGED));
}

/** Re-renders where the address changes. */
export function useAddress(): { path: string; query: URLSearchParams } {
  const [address, setAddress] = useState(location.pathname + location.search);
  useEffect(() => {
    const follow = (): void => setAddress(location.pathname + location.search);
    window.addEventListener('popstate', follow);
    window.addEventListener(CHANGED, follow);
    return () => {
      window.removeEventListener('popstate', follow);
      window.removeEventListener(CHANGED, follow);
    };
  }, []);
  const [path = '/', query = ''] = address.split('?');
  return { path, query: new URLSearchParams(query) };
}

/** Sets or drops (null) parts of the query; typing replaces the entry, choosing adds one. */
export function setQuery(changes: Record<string, string | null>, options: { replace?: boolean } = {}): void {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes))
    if (value === null || value === '') query.delete(key);
    else query.set(key, value);
  const text = query.toString();
  goTo(location.pathname + (text === '' ? '' : `?${text}`), options);
}

/** Turns clicks on links within the page into `goTo`; others, and those with a modifier, stay the browser's. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target !== '' || link.origin !== location.origin || link.hasAttribute('download')) return;
  if (routeOf(link.pathname).view === 'unknown' || link.hash !== '') return;
  event.preventDefault();
  goTo(link.pathname + link.search);
  window.scrollTo(0, 0);
}
