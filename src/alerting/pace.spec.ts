// The pace of a channel: as fast as its limits allow, never faster.
import fc from 'fast-check';
import { Pace, type PaceLimit } from './pace.js';

/** Sends as soon as it may, so many messages; gives the times. */
function sentAt(limits: readonly PaceLimit[], messages: number): number[] {
  const pace = new Pace(limits);
  const times: number[] = [];
  for (let now = 0; times.length < messages; now += Math.max(1, pace.waitMs(now))) {
    if (pace.waitMs(now) > 0) continue;
    pace.spend(now);
    times.push(now);
  }
  return times;
}

it('never passes any of its limits in any stretch of time', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ most: fc.integer({ min: 1, max: 30 }), perMs: fc.integer({ min: 1, max: 5_000 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      (limits) => {
        const times = sentAt(limits, 100);
        for (const { most, perMs } of limits)
          times.forEach((at, n) => expect(times[n + most] ?? Infinity).toBeGreaterThanOrEqual(at + perMs));
      },
    ),
  ));

it('waits no longer than it must', () =>
  expect(sentAt([{ most: 2, perMs: 1_000 }], 5)).toEqual([0, 1, 1_000, 1_001, 2_000]));

it('holds nothing back without limits', () => expect(new Pace([]).waitMs(0)).toBe(0));

it('waits no longer than a limit lasts where the clock was set back meanwhile', () => {
  const pace = new Pace([{ most: 2, perMs: 1_000 }]);
  pace.spend(3_600_000);
  pace.spend(3_600_000);
  expect(pace.waitMs(0)).toBe(1_000);
  expect(pace.waitMs(1_000)).toBe(0);
});
