// The audit over time: alarms per run-day as they add up against the budget, and coverage day by day.
import { countText, percentText } from '../format/numbers.js';
import type { GraphAxis, GraphSpec } from '../graph/graph-spec.js';
import type { Audit, AuditDay } from './audit-shapes.js';
import { rateText } from './audit-words.js';

const DAY_MS = 86_400_000;
const dayOf = ({ day }: AuditDay): number => Date.parse(day) / DAY_MS;
const WORDS = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const dayText = (day: number): string => WORDS.format(day * DAY_MS);

function dayAxis(audit: Audit): GraphAxis {
  const last = Date.parse(audit.to) / DAY_MS;
  const first = Math.min(Date.parse(audit.from) / DAY_MS, last - 1);
  return {
    ...{ label: 'Day (UTC)', log: false, text: dayText, tickText: dayText, whole: true },
    range: [first - 0.5, last + 0.5],
  };
}

/** Rates of single days are nearly all nought: what is shown is the rate since the first day. */
export function rateGraph(audit: Audit): GraphSpec {
  const { days, budget } = audit;
  const x = dayAxis(audit);
  let [time, all, wrong] = [0, 0, 0];
  const sums = days.map((day) => {
    time += day.run_days;
    all += day.alarms;
    wrong += day.false_alarms;
    return { day, at: dayOf(day), time, all, wrong };
  });
  const known = sums.filter((sum) => sum.time > 0);
  const rate = (count: number, sum: { time: number }): number => count / sum.time;
  const top = Math.max(1.3 * budget.per_run_day, ...known.slice(-1).map((sum) => 1.3 * rate(sum.all, sum)));
  return {
    x,
    y: { label: 'alarms a run-day', log: false, text: rateText, range: [0, top] },
    bands: [],
    lines: [
      {
        ...{ look: 'quiet', dashed: true, name: 'budget' },
        points: x.range!.map((at) => ({ x: at, y: budget.per_run_day })),
      },
      { look: 'law', points: known.map((sum) => ({ x: sum.at, y: rate(sum.all, sum) })) },
      { look: 'now', points: known.map((sum) => ({ x: sum.at, y: rate(sum.wrong, sum) })) },
    ],
    points: known.flatMap((sum) => {
      const words = `${dayText(sum.at)}: ${countText(sum.day.alarms)} alarms, ${countText(sum.day.false_alarms)} called false; since the first day ${rateText(rate(sum.all, sum))} and ${rateText(rate(sum.wrong, sum))} a run-day`;
      return [
        { x: sum.at, y: rate(sum.all, sum), look: 'law' as const, shape: 'ring' as const, words },
        { x: sum.at, y: rate(sum.wrong, sum), look: 'now' as const, shape: 'diamond' as const, words },
      ];
    }),
    marks: [],
  };
}

export function coverageGraph(audit: Audit): GraphSpec {
  const { days, coverage } = audit;
  const x = dayAxis(audit);
  const known = days.flatMap((day) => (day.coverage.share === null ? [] : [{ day, share: day.coverage.share }]));
  const low = Math.min(coverage.level - 0.1, ...known.map(({ share }) => share - 0.02));
  return {
    x,
    y: { label: 'values in their band, %', log: false, text: (value) => `${value} %`, range: [100 * low, 100] },
    bands: [],
    lines: [
      {
        ...{ look: 'quiet', dashed: true, name: 'promised' },
        points: x.range!.map((at) => ({ x: at, y: 100 * coverage.level })),
      },
      { look: 'law', points: known.map(({ day, share }) => ({ x: dayOf(day), y: 100 * share })) },
    ],
    points: known.map(({ day, share }) => ({
      ...{ x: dayOf(day), y: 100 * share, look: 'law' },
      words: `${dayText(dayOf(day))}: ${percentText(share)} of ${countText(day.coverage.points)} values in their band, ${countText(day.coverage.below)} below, ${countText(day.coverage.above)} above`,
    })),
    marks: [],
  };
}
