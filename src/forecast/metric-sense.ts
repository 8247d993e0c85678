// Metrics that rise towards a ceiling, such as accuracies, are forecast as what is missing to it: that falls as a loss does.
import type { CurveForecast } from '../core/curves/curve-forecast.js';

const RISING =
  /(^|[/_.-])(acc|accuracy|f1|auc|auroc|exact_match|em|pass@?\d*|win_rate|recall|precision)([/_.@-]|\d|$)/i;
const PERCENT = /(percent|pct|%)/i;
/** What is missing counts as at least this share of the ceiling: a perfect score has no logarithm. */
const LEAST_MISSING = 1e-4;

/** The highest value of a metric that rises: 1, or 100 where its name says per cent; null for one that falls. */
export const ceilingOf = (metric: string): number | null =>
  RISING.test(metric) ? (PERCENT.test(metric) ? 100 : 1) : null;

/** A metric's value as one that falls; NaN for one outside 0 to the ceiling, which is null for one that falls. */
export function falling(ceiling: number | null, value: number): number {
  if (ceiling === null) return value;
  return value >= 0 && value <= ceiling ? Math.max(ceiling - value, LEAST_MISSING * ceiling) : NaN;
}

/** A forecast of the falling metric in the metric's own sense. */
export function inOwnSense(metric: string, forecast: CurveForecast): CurveForecast {
  const ceiling = ceilingOf(metric);
  if (ceiling === null) return forecast;
  const turned = <T extends { loss: number; lower: number; upper: number }>(one: T): T => ({
    ...one,
    loss: ceiling - one.loss,
    lower: Math.max(0, ceiling - one.upper),
    upper: ceiling - one.lower,
  });
  return {
    ...forecast,
    final: forecast.final && turned(forecast.final),
    curve: forecast.curve.map(turned),
    leansOn: [...forecast.leansOn, `a metric that rises: what is missing to ${ceiling} is forecast as a loss`],
  };
}
