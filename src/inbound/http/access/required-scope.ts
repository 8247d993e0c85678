// Which scope a request needs: one pure function over method and path, so that no route can be forgotten.
import type { Scope } from '../../../settings/tokens.js';

/** Open to all: liveness for orchestrators, and what chat services call (they sign what they send). */
const OPEN = ['health', 'chat'];
/** First parts of paths that are never the page. */
const GUARDED = ['v1', 'api', 'api-json', 'api-yaml', 'metrics'];

const READING = ['GET', 'HEAD', 'OPTIONS'];

/** Null where no token is needed: the page's own files hold no data. What no rule knows needs the strongest scope. */
export function requiredScope(method: string, path: string): Scope | null {
  const [first = '', second = ''] = partsOf(path);
  if (OPEN.includes(first)) return null;
  const reads = READING.includes(method);
  if (!GUARDED.includes(first)) return reads ? null : 'operate';
  if (reads) return 'read';
  if (method === 'POST' && first === 'v1' && partsOf(path).length === 2) {
    if (second === 'metrics' || second === 'runs') return 'ingest';
    // A plan is computed and forgotten.
    if (second === 'plans') return 'read';
  }
  return 'operate';
}

/** Parts of a path as a router may read them: any case, any number of slashes, escapes resolved. */
function partsOf(path: string): string[] {
  let plain = path;
  try {
    plain = decodeURIComponent(path);
  } catch {
    // Not a valid escape: no route matches it either.
  }
  return plain
    .toLowerCase()
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.');
}
