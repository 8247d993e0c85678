// One request to an address from the settings: bounded in time, following no redirect, refusing private addresses unless allowed.
import { lookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { isPrivateAddress } from '../../settings/private-address.js';

const TIMEOUT_MS = 15_000;
/** Of most answers only the beginning matters. */
const MOST_ANSWER_BYTES = 1_048_576;

export interface Answer {
  status: number;
  retryAfter: string | null;
  /** X-RateLimit-Reset, which each service means differently. */
  rateLimitReset: string | null;
  body: string;
}

/** The address is not a public one, and the settings do not allow that. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  constructor(address: string) {
    super(`${address} is a loopback, private or link-local address; set allow_private: true to allow it`);
  }
}

/** Checked when connecting, not before: a name may lead elsewhere a moment later. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0);
    const bad = addresses.find(({ address }) => isPrivateAddress(address));
    if (bad) return done(new PrivateAddressError(`${hostname} (${bad.address})`), '', 0);
    if (options.all) return done(null, addresses);
    done(null, addresses[0]!.address, addresses[0]!.family);
  });
};

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
  allowPrivate: boolean;
  /** How long to wait for the answer. */
  timeoutMs?: number;
  /** How much of the answer to keep, where all of it matters. */
  mostBytes?: number;
  /** Ends the wait early. */
  signal?: AbortSignal;
}

/** Posts `body` and gives the answer, whatever its status. Throws as `call` does. */
export const post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  allowPrivate: boolean,
): Promise<Answer> => call({ method: 'POST', url, headers, body, allowPrivate });

/**
 * Makes one request and gives the answer, whatever its status.
 *
 * @throws PrivateAddressError, or the network's error, or an error after 15 seconds without an answer
 */
export function call({
  method,
  url,
  headers,
  body,
  allowPrivate,
  timeoutMs,
  mostBytes,
  signal,
}: Call): Promise<Answer> {
  const patience = timeoutMs ?? TIMEOUT_MS;
  const most = mostBytes ?? MOST_ANSWER_BYTES;
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) return Promise.reject(new PrivateAddressError(host));
  // Not AbortSignal.any: on Node 20 what it hangs on a long-lived signal stays there.
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, patience);
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  return new Promise<Answer>((resolve, reject) => {
    const request = (target.protocol === 'https:' ? https : http).request(
      target,
      {
        method,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal: over.signal,
        ...(allowPrivate ? {} : { lookup: publicLookup }),
      },
      (response) => {
        const pieces: Buffer[] = [];
        let length = 0;
        response.on('data', (piece: Buffer) => {
          if (length < most) pieces.push(piece);
          length += piece.length;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'] ?? null,
            rateLimitReset: response.headers['x-ratelimit-reset']?.toString() ?? null,
            body: Buffer.concat(pieces).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', (error) =>
      reject(error.name === 'AbortError' ? new Error(`no answer from ${host} within ${patience / 1000} s`) : error),
    );
    request.end(body);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  });
}
