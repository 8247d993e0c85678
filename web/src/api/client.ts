// Asks the service: JSON in and out, the token with it, errors as the service words them.
import { readToken } from './token.js';

/** An answer other than success; `status` 0 means that the service could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Heard by the app, which asks for a token. */
export const UNAUTHORIZED = 'offcurve:unauthorized';

interface Ask {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
}

/** So many answers are kept to tell whether the next one is another. */
const REMEMBERED = 80;
const answers = new Map<string, { text: string; value: unknown }>();

/**
 * An answer that is the same as before is the same object, so that nothing is computed or drawn anew for it.
 * @throws ApiError; an aborted question rejects with the signal's reason.
 */
export async function ask<T>(path: string, options: Ask = {}): Promise<T> {
  const response = await askRaw(path, options);
  if (response.status === 204) return null as T;
  if (options.method !== undefined && options.method !== 'GET') return (await response.json()) as T;
  const text = await response.text();
  const before = answers.get(path);
  const value: unknown = before?.text === text ? before.value : JSON.parse(text);
  answers.delete(path);
  answers.set(path, { text, value });
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value!);
  return value as T;
}

/** The answer itself, for streams. */
export async function askRaw(path: string, { method = 'GET', body, signal }: Ask = {}): Promise<Response> {
  const token = readToken();
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: signal ?? null,
      headers: {
        accept: 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The service cannot be reached.');
  }
  if (response.ok) return response;
  if (response.status === 401) window.dispatchEvent(new Event(UNAUTHORIZED));
  throw new ApiError(response.status, await problemOf(response));
}

/** Problem details (RFC 9457) where they are given. */
async function problemOf(response: Response): Promise<string> {
  try {
    const { title, detail } = (await response.json()) as { title?: string; detail?: string };
    return detail ?? title ?? `The service answered ${response.status}.`;
  } catch {
    return `The service answered ${response.status}.`;
  }
}

/** A path with a query; absent values are left out. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
