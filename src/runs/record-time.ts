// The time of a record: RFC 3339 text or seconds since the epoch, as milliseconds since the epoch.
import { type Decoded, rejected, shown } from './rejection.js';

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
/** Later than this many seconds (the year 5138) a number is surely milliseconds. */
const LATEST_SECONDS = 1e11;
const NOTHING: readonly string[] = [];

/** Milliseconds since the epoch (fractions kept), or why `value` is no time. */
export function decodeTime(value: unknown): Decoded<number> {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0 && value < LATEST_SECONDS)
      return { ok: true, value: value * 1000, ignored: NOTHING };
    return rejected(
      'time',
      `${value} is not a number of seconds since 1970`,
      'send seconds, not milliseconds, or RFC 3339 text',
    );
  }
  if (typeof value === 'string' && RFC3339.test(value)) {
    const time = Date.parse(value.replace(' ', 'T'));
    if (!Number.isNaN(time)) return { ok: true, value: time, ignored: NOTHING };
  }
  return rejected(
    'time',
    `${shown(value)} is not a time`,
    'send RFC 3339 text with a zone ("2026-11-22T06:00:00Z") or seconds since 1970',
  );
}
