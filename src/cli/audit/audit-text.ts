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
    ? `${rate.alarms} alarms in ${rate.runDays.toFixed(1)} run-days of ${of}: ${rate.perRunDay.toFixed(4)} per run-day ` +
      `(90 %: ${rate.lower.toFixed(4)} to ${rate.upper.toFixed(4)}); the budget is ${budget.toFixed(4)}: ${WORDS[rate.verdict]}`
    : `no records in ${of}: how often alarms come cannot be said`;

export function coverageText(of: string, { all, stages, unknown }: StageCoverage): string {
  const share = ({ points, below, above }: Coverage): string =>
    points > 0 ? `${((100 * (points - below - above)) / points).toFixed(1)} %` : 'none';
  const parts = stages.map((count, i) => `to ${100 * STAGES[i]!} %: ${share(count)}`);
  if (unknown.points > 0) parts.push(`unknown, of runs with no planned length: ${share(unknown)} of ${unknown.points}`);
  return (
    `${of}: ${share(all)} of ${all.points} values in their ${100 * BAND_LEVEL} % band; ` +
    `by share of training ${parts.join(', ')}`
  );
}
