// What the picture of a deviation shows: the curve with its band, around the onset and as a whole.
import type { RunReader, SeriesBucket } from '../runs/run-reader.js';
import type { Deviation } from './deviation.js';

/** A drawn stretch of the curve; `low` and `high` are its extremes, `value` its mean. Values are finite. */
export interface ChartPoint {
  step: number;
  value: number;
  low: number;
  high: number;
}

export interface ChartBand {
  step: number;
  expected: number;
  lower: number;
  upper: number;
}

export interface ChartPanel {
  points: ChartPoint[];
  band: ChartBand[];
}

export type ChartTheme = 'light' | 'dark';

/** All that a drawing needs; plain JSON, handed to a worker thread. */
export interface ChartData {
  run: string;
  metric: string;
  title: string;
  startedAtStep: number;
  openedAtStep: number;
  /** Steps at which the value was NaN or infinite. */
  nonfiniteSteps: number[];
  zoom: ChartPanel;
  whole: ChartPanel;
}

/** Draws off the thread that takes in records. */
export abstract class ChartDrawer {
  /** A PNG, 960 pixels wide. */
  abstract draw(data: ChartData, theme: ChartTheme): Promise<Buffer>;
}

const ZOOM_POINTS = 260;
const WHOLE_POINTS = 360;
/** At least so many steps are shown before the onset. */
const LEAST_BEFORE = 40;

/**
 * Reads what the picture of a deviation shows. A deviation of the run itself (it fell silent) is shown on its loss; a
 * data-event on the first run that it lists. Null where there is nothing to draw.
 */
export async function chartData(reader: RunReader, deviation: Deviation, title: string): Promise<ChartData | null> {
  const run = deviation.run ?? deviation.runs[0];
  if (run === undefined) return null;
  const summary = await reader.find(run);
  if (summary === null) return null;
  // "final loss" is the end of the curve of loss.
  const named = deviation.metric.replace(/^final /, '');
  const metric = summary.metricNames.includes(named) ? named : lossOf(summary.metricNames);
  if (metric === null) return null;
  const { startedAtStep, openedAtStep } = deviation;
  const last = Math.max(deviation.step, openedAtStep);
  const before = Math.max(LEAST_BEFORE, 2 * (last - startedAtStep));
  const range = { from: Math.max(0, startedAtStep - before), to: last + Math.max(10, Math.round(before / 4)) };
  const [zoom, whole, band] = await Promise.all([
    reader.series(run, metric, { ...range, points: ZOOM_POINTS }),
    reader.series(run, metric, { points: WHOLE_POINTS }),
    reader.band(run, metric),
  ]);
  if (!whole || whole.length === 0) return null;
  const ofAttempt = <T extends { attempt: number }>(items: readonly T[] | null): T[] =>
    (items ?? []).filter(({ attempt }) => attempt === deviation.attempt || deviation.attempt === 0);
  const knots = ofAttempt(band)
    .filter(({ expected, lower, upper }) => [expected, lower, upper].every(Number.isFinite))
    .sort((a, b) => a.step - b.step);
  return {
    ...{ run, metric, title, startedAtStep, openedAtStep },
    nonfiniteSteps: ofAttempt(zoom)
      .filter(({ nonfinite }) => nonfinite > 0)
      .map(({ stepFrom }) => stepFrom),
    zoom: { points: pointsOf(ofAttempt(zoom)), band: between(knots, range.from, range.to) },
    whole: { points: pointsOf(ofAttempt(whole)), band: knots },
  };
}

const lossOf = (names: readonly string[]): string | null =>
  ['loss', 'train/loss', 'train_loss', 'val_loss', 'eval_loss'].find((name) => names.includes(name)) ?? null;

function pointsOf(buckets: readonly SeriesBucket[]): ChartPoint[] {
  return buckets
    .flatMap(({ stepFrom, stepTo, mean, min, max }) =>
      mean === null || min === null || max === null
        ? []
        : [{ step: (stepFrom + stepTo) / 2, value: mean, low: min, high: max }],
    )
    .sort((a, b) => a.step - b.step);
}

/** The knots of a stretch, with one on either side so that the band reaches its edges. */
function between(knots: readonly ChartBand[], from: number, to: number): ChartBand[] {
  const first = Math.max(
    0,
    knots.findLastIndex(({ step }) => step <= from),
  );
  const after = knots.findIndex(({ step }) => step >= to);
  return knots
    .slice(first, after < 0 ? undefined : after + 1)
    .map(({ step, expected, lower, upper }) => ({ step, expected, lower, upper }));
}
