// The Retry-After header (RFC 9110, 10.2.3): seconds or a date, as milliseconds to wait.

/** Milliseconds from `now`, or null where the header is absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
