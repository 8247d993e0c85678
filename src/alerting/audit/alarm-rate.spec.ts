// The interval of an alarm rate against exact Poisson bounds, and the verdict at its edges.
import { alarmRate, poissonInterval } from './alarm-rate.js';

describe('the rate of alarms', () => {
  it.each([
    [0, 0, 2.996],
    [1, 0.0513, 4.744],
    [10, 5.425, 16.962],
  ])('of %i has the exact Poisson interval within 2 %% or .02', (count, lower, upper) => {
    const interval = poissonInterval(count);
    expect(Math.abs(interval.lower - lower)).toBeLessThan(Math.max(0.02, 0.02 * lower));
    expect(Math.abs(interval.upper - upper)).toBeLessThan(0.02 * upper);
  });

  it('is judged only where the whole interval lies on one side of the budget', () => {
    expect(alarmRate(0, 1_000, 1 / 30).verdict).toBe('within');
    expect(alarmRate(0, 10, 1 / 30).verdict).toBe('undecided');
    expect(alarmRate(20, 100, 1 / 30).verdict).toBe('above');
  });

  it('is unknown for no time at all', () => {
    expect(alarmRate(0, 0, 1).perRunDay).toBeNaN();
  });
});
