// Whether a request comes from a page of ours: other sites' pages, open in the same browser, must not act here.
import { isLoopback } from './settings.js';

/** What is looked at of a request: its Host and Origin headers. */
export interface RequestOrigin {
  host: string | undefined;
  origin: string | undefined;
}

/**
 * Why a request is refused, or null. A browser names the page's origin with whatever may act; other programs send none.
 * Without tokens the Host must be loopback as well: a name that somebody points at 127.0.0.1 is that somebody's page.
 *
 * @param publicUrl the service's own address, behind a proxy another than the Host
 */
export function foreignOrigin({ host, origin }: RequestOrigin, publicUrl: string, guarded: boolean): string | null {
  const own = new URL(publicUrl).host;
  if (!guarded && host !== undefined && host !== own && !isLoopback(nameOf(host)))
    return `the host ${host} is not this machine`;
  if (origin === undefined) return null;
  const from = URL.canParse(origin) ? new URL(origin).host : null;
  return from !== null && (from === host || from === own) ? null : `a page of ${origin} may not use this service`;
}

/** The name in a Host header, without port and brackets. */
function nameOf(host: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, '');
}
