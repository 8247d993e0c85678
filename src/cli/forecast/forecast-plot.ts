// Draws a run with its forecasts: the curve, the band for single values from each place on, and what the detector found.
import { settingsFor } from '../../core/detection/budget.js';
import { judgeFile } from '../detect/judge-file.js';
import { writePicture } from '../write-picture.js';
import { type CurveBucket, curveBuckets } from './curve-buckets.js';
import type { PlacedForecast } from './placed-forecast.js';
import type { Survey } from './survey.js';

/** A deviation that the detector opened. */
interface Mark {
  step: number;
  label: string;
}

const [WIDTH, HEIGHT] = [860, 420];
/** False alarms per million points that the marks may have: as `detect` asks for where told nothing. */
const PER_MILLION = 10;
/** More marks would hide the curve. */
const MOST_MARKS = 12;

/** @param placed forecasts of one run, each drawn that says something; the curve is of the first one's metric */
export async function plotForecast(file: string, survey: Survey, placed: readonly PlacedForecast[]): Promise<void> {
  const metric = placed.find((one) => one.metric !== null)?.metric ?? 'loss';
  const points = await curveBuckets(survey.file, metric, survey.lastStep);
  const marks = await marksOf(survey.file, metric);
  await writePicture(file, forecastSpec(survey.run, metric, points, placed, marks));
}

async function marksOf(file: string, metric: string): Promise<Mark[]> {
  // By deviation, since its kind may sharpen: the last word stands.
  const marks = new Map<string, Mark>();
  const options = { settings: settingsFor(PER_MILLION), schedule: null, context: null };
  await judgeFile(file, options, ({ deviation: { id, metric: judged, startedAtStep, kind } }) => {
    if (judged === metric) marks.set(id, { step: startedAtStep, label: kind });
  });
  return [...marks.values()].slice(0, MOST_MARKS);
}

export function forecastSpec(
  run: string,
  metric: string,
  points: readonly CurveBucket[],
  placed: readonly PlacedForecast[],
  marks: readonly Mark[],
): Record<string, unknown> {
  const said = placed.filter(({ forecast }) => forecast.final !== null);
  const x = { field: 'step', type: 'quantitative', title: 'step', scale: { nice: false } };
  const y = { type: 'quantitative', title: metric, scale: { zero: false, domain: rangeOf(points, said), clamp: true } };
  const place = { field: 'place', type: 'nominal', title: 'forecast from', sort: null, scale: { scheme: 'dark2' } };
  const knots = said.flatMap(({ at, forecast }) =>
    forecast.curve.map(({ step, loss, lower, upper }) => ({ step, loss, lower, upper, place: placeName(at) })),
  );
  const ends = said.map(({ at, until, forecast }) => ({ step: until, ...forecast.final!, place: placeName(at) }));
  return {
    background: 'white',
    padding: 16,
    title: { text: run, anchor: 'start' },
    config: { font: 'DejaVu Sans' },
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: points },
        mark: { type: 'area', color: '#777777', opacity: 0.3, clip: true },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values: points },
        mark: { type: 'line', color: '#1c1c1c', strokeWidth: 1.2, clip: true },
        encoding: { x, y: { ...y, field: 'value' } },
      },
      {
        data: { values: knots },
        mark: { type: 'area', opacity: 0.22, clip: true },
        encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' }, color: place },
      },
      {
        data: { values: knots },
        mark: { type: 'line', strokeDash: [6, 4], clip: true },
        encoding: { x, y: { ...y, field: 'loss' }, color: place },
      },
      {
        data: { values: ends },
        mark: { type: 'rule', strokeWidth: 3, clip: true },
        encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' }, color: place },
      },
      {
        data: { values: marks },
        mark: { type: 'rule', color: '#d55e00', strokeDash: [2, 3] },
        encoding: { x },
      },
      {
        data: { values: marks },
        mark: { type: 'text', color: '#d55e00', angle: 270, align: 'right', dx: -4, dy: -6, y: 0 },
        encoding: { x, text: { field: 'label' } },
      },
    ],
  };
}

const placeName = (at: number): string => `step ${Math.round(at).toLocaleString('en-US')}`;

/** What the curve and its forecasts need; a start far above all else is cut, so that the rest is not flat. */
function rangeOf(points: readonly CurveBucket[], said: readonly PlacedForecast[]): [number, number] {
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  const ends = said.flatMap(({ forecast }) => [forecast.final!.lower, forecast.final!.upper]);
  const low = Math.min(values[0] ?? 0, ...ends);
  const high = Math.max(values[Math.floor(0.97 * (values.length - 1))] ?? 1, ...ends);
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}
