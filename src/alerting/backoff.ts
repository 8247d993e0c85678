// How long to wait before another try.

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
/** No service has asked for more by itself: beyond this its clock, or a proxy's, is wrong, and an hour asks too often of nobody. */
const LONGEST_ASKED_MS = 3_600_000;

/** A service's own word on how long to wait (ms), as far as it makes sense; null where it said none. */
export const patienceMs = (asked: number | null): number | null =>
  asked === null || Number.isNaN(asked) ? null : Math.min(LONGEST_ASKED_MS, Math.max(0, asked));

/**
 * Exponential back-off with full jitter, never shorter than what the service asked for.
 *
 * @param tries how often it failed, from 1
 * @param random a number in [0, 1)
 */
export function backoffMs(tries: number, askedMs: number | null, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 20));
  const wait = ceiling / 2 + (random * ceiling) / 2;
  return askedMs === null ? wait : Math.max(wait, askedMs);
}
