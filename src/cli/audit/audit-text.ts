// The audit's figures as lines for people.
import type { AlarmRate } from '../../alerting/audit/alarm-rate.js';
import { BAND_LEVEL, type Coverage } from '../../alerting/audit/coverage.js';
import { STAGES, type StageCoverage } from '../../alerting/audit/stage-coverage.js';

const WORDS = {
  within: 'kept',
  above: 'exceeded, if nothing was wrong with these runs',
  undecided: 'these runs are too few to say whether it is kept',
};

export const rateText = (rate: AlarmRate, budget: number, of: string): string =>
  rate.runDays > 0
    ? `${rate.alarms} ${rate.alarms === 1 ? 'alarm' : 'alarms'} in ${digits(rate.runDays)} run-days of ${of}: ` +
      `${digits(rate.perRunDay)} per run-day (90 %: ${digits(rate.lower)} to ${digits(rate.upper)}); ` +
      `the budget is ${digits(budget)}: ${WORDS[rate.verdict]}`
    : `no records in ${of}: how often alarms come cannot be said`;

export function coverageText(of: string, { all, stages, unknown }: StageCoverage): string {
  if (all.points === 0) return `${of}: no value was judged, so that nothing can be said of the band`;
  const share = ({ points, below, above }: Coverage): string =>
    points > 0 ? `${((100 * (points - below - above)) / points).toFixed(1)} %` : 'none';
  const parts = stages.map((count, i) => `to ${100 * STAGES[i]!} %: ${share(count)}`);
  if (unknown.points > 0) parts.push(`unknown, of runs with no planned length: ${share(unknown)} of ${unknown.points}`);
  return (
    `${of}: ${share(all)} of ${all.points} values in their ${100 * BAND_LEVEL} % band; ` +
    `by share of training ${parts.join(', ')}`
  );
}

/** Three significant digits, and none behind the point from hundreds on: 0.0333, 7.2, 25650. */
const digits = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
