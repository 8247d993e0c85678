// Forecasts files one after the other and prints what is predicted.
import { abstained, forecastCurve } from '../../core/curves/curve-forecast.js';
import { leaningOn } from '../../forecast/leaning/leaning-on.js';
import { LOSSES, rateOf } from '../../forecast/metric-names.js';
import { ceilingOf, inOwnSense } from '../../forecast/metric-sense.js';
import { endOfSchedule, plannedEnd, ratesOf } from '../../forecast/rate-plan.js';
import { SeenRun } from '../../forecast/seen-run.js';
import { readRunFile } from '../../inbound/files/run-file.js';
import { plannedBatch } from '../../runs/batch-schedule.js';
import type { Schedule } from '../../runs/schedule.js';
import { checkRunFiles, countAsBadInput } from '../check-run-files.js';
import { UserError } from '../user-error.js';
import { checkPictureName } from '../write-picture.js';
import { forecastJson, forecastText } from './forecast-line.js';
import type { PlacedForecast } from './placed-forecast.js';
import { type Place, readPlaces } from './places.js';
import { readSchedule, scheduleBeside } from '../read-schedule.js';
import { type Sibling, readSiblings } from './read-siblings.js';
import { type Survey, metadataAt, surveyRun } from './survey.js';

export interface ForecastOptions {
  at: string;
  until?: number;
  schedule?: string;
  siblings?: string;
  metric?: string;
  level: number;
  plot?: string;
  json?: boolean;
}

export async function forecast(files: string[], options: ForecastOptions): Promise<void> {
  checkRunFiles(files);
  if (options.plot !== undefined) checkPlot(options.plot, files);
  const places = readPlaces(options.at);
  const schedule = options.schedule === undefined ? null : readSchedule(options.schedule);
  const siblings = options.siblings === undefined ? [] : await readSiblings(options.siblings, options.metric);
  for (const file of files) {
    const survey = await surveyRun(file);
    try {
      if (survey.rejected > 0)
        complain(`${file}: ${survey.rejected} lines left out; the first: ${survey.firstProblem}`);
      countAsBadInput(survey);
      const made = await forecastFile(survey, places, schedule ?? scheduleBeside(file), siblings, options);
      for (const placed of made)
        process.stdout.write(`${options.json ? forecastJson(placed) : forecastText(placed)}\n`);
      if (options.plot !== undefined) {
        const { plotForecast } = await import('./forecast-plot.js');
        await plotForecast(options.plot, survey, made);
      }
    } finally {
      survey.close();
    }
  }
}

function checkPlot(file: string, files: readonly string[]): void {
  checkPictureName('--plot', file);
  if (files.length > 1) throw new UserError('--plot draws one run at a time', 'give one run file');
}

const complain = (text: string): void => void process.stderr.write(`offcurve: ${text}\n`);

/** Share of the run that a log has to reach for its rates to be the plan. */
const LOGGED_TO = 0.98;

async function forecastFile(
  survey: Survey,
  places: readonly Place[],
  given: Schedule | null,
  siblings: readonly Sibling[],
  options: ForecastOptions,
): Promise<PlacedForecast[]> {
  const asked = places.map((place, order) => ({ ...placeIn(survey, place, given, options), order }));
  const due = asked.toSorted((a, b) => a.at - b.at);
  const done: { order: number; placed: PlacedForecast }[] = [];
  const seen = new SeenRun();
  const names = options.metric === undefined ? LOSSES : [options.metric];
  const settle = (before: number): void => {
    while (done.length < due.length && due[done.length]!.at < before) {
      const { order, ...place } = due[done.length]!;
      done.push({ order, placed: forecastAt(survey, seen, place, given, siblings, options) });
    }
  };
  const rateAt = pastRates(survey, given, options);
  const batchAt = survey.announced.some(({ metadata }) => metadata.batch_schedule)
    ? (step: number): number => plannedBatch(metadataAt(survey, step).batch_schedule, step)
    : (): number => NaN;
  for await (const entries of readRunFile(survey.file))
    for (const entry of entries) {
      if (entry.kind !== 'record' || done.length === due.length) continue;
      const { step, metrics } = entry.record;
      settle(step);
      seen.take(step, rateAt(step, rateOf(metrics)), metrics, names, batchAt(step));
    }
  settle(Infinity);
  return done.sort((a, b) => a.order - b.order).map(({ placed }) => placed);
}

function forecastAt(
  survey: Survey,
  seen: SeenRun,
  place: { at: number; atShare: number; until: number },
  given: Schedule | null,
  siblings: readonly Sibling[],
  options: ForecastOptions,
): PlacedForecast {
  const { at, until } = place;
  const { schedule = null, batch_schedule: batches = null } = metadataAt(survey, at);
  const plan = ratesOf(given ?? schedule, until);
  const metric = options.metric ?? LOSSES.find((name) => seen.names.includes(name)) ?? null;
  const curve = metric === null ? null : seen.curve(metric, at, plan ?? columnRates(survey, until), until, batches);
  if (metric === null || curve === null) {
    const what = metric === null ? 'no finite loss above 0' : missing(metric);
    return { run: survey.run, metric, ...place, forecast: abstained(`${what} up to step ${Math.floor(at)}`) };
  }
  if (curve.contradicted)
    complain(
      `${survey.run}: the schedule contradicts the logged learning rates: up to step ${Math.round(at)} the log wins, after it the schedule, in the log's unit`,
    );
  const runs = siblings.filter(({ run }) => run !== survey.run);
  const leaning = leaningOn({ own: [], family: { name: 'siblings', runs }, law: null });
  const forecast = inOwnSense(metric, forecastCurve(curve, until, { level: options.level, leaning }));
  return { run: survey.run, metric, ...place, forecast };
}

function missing(metric: string): string {
  const ceiling = ceilingOf(metric);
  if (ceiling === null) return `no value of ${metric} above 0`;
  const hint = ceiling === 1 ? '; where it is per cent, its name must say so, as in accuracy_percent' : '';
  return `no value of ${metric} between 0 and ${ceiling}${hint},`;
}

/** Where a place lies in a run. The run's end is `--until`, its plan's, or its last step; never inferred from rates. */
function placeIn(
  survey: Survey,
  place: Place,
  given: Schedule | null,
  options: ForecastOptions,
): { at: number; atShare: number; until: number } {
  const endAt = (step: number): number =>
    options.until ??
    (given && options.schedule !== undefined ? endOfSchedule(given) : null) ??
    plannedEnd(metadataAt(survey, step)) ??
    Math.max(survey.lastStep, 0);
  if ('step' in place) {
    const until = endAt(place.step);
    return { at: place.step, atShare: until > 0 ? place.step / until : 0, until };
  }
  const until = endAt(-Infinity);
  return { at: place.share * until, atShare: place.share, until };
}

/** Rate at a step that was logged: by the log, which wins over a plan; where nothing usable is logged by the plan. */
function pastRates(
  survey: Survey,
  given: Schedule | null,
  options: ForecastOptions,
): (step: number, logged: number) => number {
  const { rates } = survey;
  if (rates.known) return (_, logged) => logged;
  if (survey.rates.logged) complain(`${survey.run}: the learning rates logged are all 0 and count as not known`);
  return (step) => {
    const { until } = placeIn(survey, { step }, given, options);
    return ratesOf(given ?? metadataAt(survey, step).schedule ?? null, until)?.(step) ?? NaN;
  };
}

/** The log's own column, where it reaches to the end: of a run still going the rates to come are not in it. */
function columnRates({ rates, lastStep }: Survey, until: number): ((step: number) => number) | null {
  return rates.known && lastStep >= LOGGED_TO * until ? (step) => rates.at(step) : null;
}
