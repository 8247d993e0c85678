// How often alarms came, with an interval, and whether that keeps a budget.

/** Alarms in a time, each per run-day; the interval is of 90 %, each bound within 2 % of the exact Poisson one. */
export interface AlarmRate {
  alarms: number;
  runDays: number;
  perRunDay: number;
  lower: number;
  upper: number;
  verdict: 'within' | 'above' | 'undecided';
}

const Z = 1.645; // 90 %

/**
 * 90 % interval for the mean of a Poisson count (Wilson and Hilferty 1931).
 *
 * @param count alarms seen
 */
export function poissonInterval(count: number): { lower: number; upper: number } {
  const bound = (k: number, sign: number): number => k * (1 - 1 / (9 * k) + (sign * Z) / (3 * Math.sqrt(k))) ** 3;
  return { lower: count === 0 ? 0 : bound(count, -1), upper: bound(count + 1, 1) };
}

/** @param budget alarms accepted per run-day; `above` and `within` are said only where the whole interval lies there. */
export function alarmRate(alarms: number, runDays: number, budget: number): AlarmRate {
  const { lower, upper } = poissonInterval(alarms);
  const per = (count: number): number => (runDays > 0 ? count / runDays : NaN);
  const verdict = per(lower) > budget ? 'above' : per(upper) <= budget ? 'within' : 'undecided';
  return { alarms, runDays, perRunDay: per(alarms), lower: per(lower), upper: per(upper), verdict };
}
