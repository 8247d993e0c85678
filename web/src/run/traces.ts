// From buckets and knots to what a chart draws over the chosen axis.
import type { BandTrace, Mark, Trace } from '../chart/chart-spec.js';
import type { Prediction } from '../api/forecast.js';
import type { Bucket, Deviation } from '../api/shapes.js';
import { millis } from '../format/times.js';
import type { Axis } from './axis.js';
import type { LevelOf } from './new-level.js';
import type { Band, ResidualStretch } from './residuals.js';

/** One trace an attempt, oldest first. */
export function tracesOf(buckets: readonly Bucket[], axis: Axis): Trace[] {
  const byAttempt = Map.groupBy(buckets, ({ attempt }) => attempt);
  const newest = Math.max(...byAttempt.keys());
  return [...byAttempt]
    .sort(([a], [b]) => a - b)
    .map(([attempt, list]) => ({
      newest: attempt === newest,
      x: list.map((bucket) => bucketX(bucket, axis)),
      step: list.map(({ step_from, step_to }) => (step_from + step_to) / 2),
      mean: list.map(({ mean }) => mean),
      low: list.map(({ min }) => min),
      high: list.map(({ max }) => max),
      count: list.map(({ count }) => count),
      nonfinite: list.map(({ nonfinite }) => nonfinite),
    }));
}

/** A bucket's own times are exact, where the axis only knows of others. */
function bucketX(bucket: Bucket, axis: Axis): number {
  if (axis.name === 'time') return ((millis(bucket.time_from) ?? 0) + (millis(bucket.time_to) ?? 0)) / 2000;
  return (axis.x(bucket.step_from, bucket.attempt) + axis.x(bucket.step_to, bucket.attempt)) / 2;
}

export function residualTraces(residuals: readonly ResidualStretch[], axis: Axis): Trace[] {
  const byAttempt = Map.groupBy(residuals, ({ attempt }) => attempt);
  const newest = Math.max(...byAttempt.keys());
  return [...byAttempt].map(([attempt, list]) => ({
    newest: attempt === newest,
    x: list.map(({ step }) => axis.x(step, attempt)),
    step: list.map(({ step }) => step),
    mean: list.map(({ mean }) => mean),
    low: list.map(({ low }) => low),
    high: list.map(({ high }) => high),
    count: list.map(({ low, high }) => (low === high ? 1 : 2)),
    nonfinite: list.map(() => 0),
  }));
}

/**
 * The band as it was predicted while the run went on, a stretch for each attempt and each new level.
 *
 * @param newest step of the run, up to which its newest knot holds
 */
export function bandTraces(band: Band, axis: Axis, newest: number): BandTrace[] {
  const newestAttempt = band.attempts.at(-1);
  return band.attempts.flatMap((attempt) =>
    band.stretches(attempt).map((knots, index, all) => {
      const last = knots.at(-1)!;
      // It was in force until the next level was, or is up to the newest point.
      const next = all[index + 1]?.[0]?.step;
      const end = next ?? (attempt === newestAttempt ? Math.min(newest, band.reach(attempt)) : last.step);
      const steps = end > last.step ? [...knots, { ...last, step: end }] : knots;
      return {
        look: 'band',
        x: steps.map(({ step }) => axis.x(step, attempt)),
        middle: steps.map(({ expected }) => expected),
        lower: steps.map(({ lower }) => lower),
        upper: steps.map(({ upper }) => upper),
      };
    }),
  );
}

/** The curve as it was expected before the deviation, on from the new level to where the deviation was told of last. */
export function beforeTrace({ level, deviation: d }: LevelOf, axis: Axis): BandTrace[] {
  if (d.expected === null || d.step <= level.from.step) return [];
  const steps = [level.from.step, d.step].map((step) => axis.x(step, d.attempt));
  const values = [level.before.expected, d.expected];
  return [{ look: 'before', x: steps, middle: values, lower: values, upper: values }];
}

/** Where the new level began to be expected. */
export const levelMark = ({ level }: LevelOf, axis: Axis): Mark => ({
  look: 'now',
  from: axis.x(level.from.step, level.from.attempt),
  to: null,
  label: 'new level expected',
});

export function forecastTrace(prediction: Prediction | null, axis: Axis): BandTrace[] {
  if (prediction === null || prediction.curve.length < 2) return [];
  const { curve, attempt } = prediction;
  return [
    {
      look: 'forecast',
      x: curve.map(({ step }) => axis.x(step, attempt)),
      middle: curve.map(({ loss }) => loss),
      lower: curve.map(({ lower }) => lower),
      upper: curve.map(({ upper }) => upper),
    },
  ];
}

/** Where each attempt but the first began. */
export function attemptMarks(overview: readonly Bucket[], axis: Axis): Mark[] {
  const starts = new Map<number, Bucket>();
  for (const bucket of overview) if (!starts.has(bucket.attempt)) starts.set(bucket.attempt, bucket);
  return [...starts.values()]
    .filter(({ attempt }) => attempt > 1)
    .map(({ attempt, step_from }) => ({
      look: 'attempt',
      from: axis.x(step_from, attempt),
      to: null,
      label: `attempt ${attempt}`,
    }));
}

/** Deviations of a metric, from the estimated onset to the end, or to the newest step where they last. */
export function deviationMarks(
  deviations: readonly Deviation[],
  metric: string,
  axis: Axis,
  newestStep: number,
): Mark[] {
  return deviations
    .filter((deviation) => deviation.metric === metric && !deviation.false_alarm)
    .map((deviation) => ({
      look: deviation.side === 'better' ? 'better' : 'worse',
      from: axis.x(deviation.started_at_step, deviation.attempt),
      to: axis.x(
        Math.max(deviation.status === 'resolved' ? deviation.step : newestStep, deviation.started_at_step),
        deviation.attempt,
      ),
      label: deviation.kind === 'pending' ? 'off its curve' : deviation.kind,
    }));
}
