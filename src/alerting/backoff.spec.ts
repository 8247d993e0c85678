// How long another try waits: longer each time, never the same for all, never less than asked for.
import { backoffMs, patienceMs } from './backoff.js';

it('doubles with each failure, up to five minutes', () => {
  const longest = Array.from({ length: 12 }, (_, n) => backoffMs(n + 1, null, 1));
  expect(longest.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(longest.slice(-2)).toEqual([300_000, 300_000]);
  expect(backoffMs(10_000, null, 1)).toBe(300_000);
});

it('spreads those who failed together over half of the wait', () => {
  const waits = [0, 0.25, 0.999].map((random) => backoffMs(4, null, random));
  expect(waits[0]).toBe(4_000);
  expect(waits).toEqual([...new Set(waits)].sort((a, b) => a - b));
  expect(waits[2]).toBeLessThan(8_000);
});

it('is never shorter than the service asked for, and never shorter for its asking', () => {
  expect(backoffMs(1, 60_000, 0)).toBe(60_000);
  expect(backoffMs(10, 5_000, 0)).toBe(backoffMs(10, null, 0));
});

it.each([
  [17_000, 17_000],
  [null, null],
  [Number.NaN, null],
  [-5, 0],
  [Infinity, 3_600_000],
  [86_400_000 * 365, 3_600_000],
])('takes a service at its word as far as that makes sense: %s', (asked, waits) =>
  expect(patienceMs(asked)).toBe(waits),
);
