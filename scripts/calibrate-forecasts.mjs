// Learns from recorded healthy runs what the forecasts lean on: kinds of runs, and how wide intervals have to be.
// OFFCURVE_TEST_DATA names a folder with runs/*.jsonl and runs/index.csv. Writes two tables into src/core/curves.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { forecastCurve } from '../dist/core/curves/curve-forecast.js';
import { layOut } from '../dist/core/curves/curve-path.js';
import { learnKind } from '../dist/core/curves/learn-kind.js';
import { fitCurve } from '../dist/core/curves/relax-fit.js';
import { ANY_RUN, RELAX_SETTINGS } from '../dist/core/curves/relax-prior.js';
import { RateTrace } from '../dist/core/curves/rate-trace.js';
import { finishedRun } from '../dist/forecast/finished-run.js';
import { leaningOn } from '../dist/forecast/leaning/leaning-on.js';
import { SeenRun } from '../dist/forecast/seen-run.js';

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const LEVELS = [0.5, 0.8, 0.9, 0.95];
const KEPT = [0.1, 0.2, 0.4, 0.6, 0.8, 0.9];
const LEAST_POINTS = 250;
/** Shorter runs teach what kinds there are, but do not say how wide intervals have to be. */
const JUDGED_POINTS = 500;
const FLAGS = ['has_nan', 'has_resume', 'has_lr_restart', 'has_data_shift', 'loss_anomaly'];
/** Fragments that stop near the peak of a schedule that was planned far longer, and logs with steps of their own making. */
const LEFT_OUT = /gpt3_weekly|SPAM-Optimizer|^build-nanogpt__log_(half_dataset|shuffled)/;

const data = process.env.OFFCURVE_TEST_DATA;
if (!data) {
  console.error('set OFFCURVE_TEST_DATA to a folder that holds runs/index.csv');
  process.exit(2);
}
const runs = readRuns(join(data, 'runs'));
const fits = new Map(runs.map((run) => [run, finished(run)]));
const bySource = groupBy(runs, (run) => run.source);
const finishedRuns = new Map(runs.map((run) => [run, { ...finishedRun(run.name, run.whole), run: run.name }]));
const kinds = [...bySource].flatMap(([source, list]) => kindsOf(source, list));
const judged = runs.filter((run) => run.records.length >= JUDGED_POINTS);
const rows = judged.flatMap((run) => judge(run, priorWithout(run)));
const told = judged.flatMap((run) => judge(run, priorWithout(run), siblingsOf(run)).filter(({ words }) => words));
writeFileSync(new URL('../src/core/curves/run-kinds.ts', import.meta.url), kindsFile(kinds));
writeFileSync(new URL('../src/core/curves/calibration-table.ts', import.meta.url), tableFile(rows, told));
report('alone, the run left out of the kinds', rows);
report(
  'alone, its source left out of the kinds',
  judged.flatMap((run) => judge(run, priorWithoutSource(run))),
);
report('with siblings', told);

function groupBy(list, key) {
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

/** Whole, healthy language-model runs. */
function readRuns(folder) {
  const index = parse(readFileSync(join(folder, 'index.csv')), { columns: true });
  return index.filter(isWanted).flatMap((row) => {
    const lines = readFileSync(join(folder, `${row.run}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(JSON.parse);
    const rows = lines.filter((line) => typeof line.step === 'number');
    const records = rows.filter((line) => 'loss' in line);
    const rising = records.every(({ step, loss }, i) => loss > 0 && (i === 0 || step > records[i - 1].step));
    // Runs of a recipe differ in their seed and peak rate, little else.
    const recipe = [row.n_params, row.tokens_per_step, row.lr_schedule.replace(/ peak=.*/, '')].join(' ');
    return rising ? [viewed({ name: row.run, source: row.source_repo, recipe, rows, records })] : [];
  });
}

function isWanted(row) {
  const planned = Number(row.planned_steps) || Number(row.last_step);
  return (
    /^(small )?LL?M\b/.test(row.domain) &&
    FLAGS.every((flag) => row[flag] === '0') &&
    Number(row.n_points) >= LEAST_POINTS &&
    Number(row.first_step) <= 0.05 * Number(row.last_step) &&
    Number(row.last_step) >= 0.8 * planned &&
    !LEFT_OUT.test(row.run)
  );
}

/** What was seen of a run at each share, and at its end; its true final loss. */
function viewed(run) {
  const { rows, records } = run;
  const rates = new RateTrace();
  for (const { step, lr } of rows) if (lr !== undefined && lr !== null) rates.add(step, lr);
  const plan = rates.known ? (step) => rates.at(step) : null;
  const until = records.at(-1).step;
  const seen = new SeenRun();
  const views = [];
  for (const { step, lr, ...logged } of rows) {
    if (step > until) break;
    while (views.length < SHARES.length && SHARES[views.length] * until < step)
      views.push(seen.curve('loss', SHARES[views.length] * until, plan));
    seen.take(step, rates.known ? (lr ?? NaN) : NaN, numbersOf(logged), ['loss']);
  }
  return { ...run, until, views, whole: seen.curve('loss', until, plan), truth: endOf(records) };
}

/** The values of a record that are numbers. */
function numbersOf(logged) {
  return Object.fromEntries(Object.entries(logged).filter(([, value]) => typeof value === 'number'));
}

/** Log of the smooth loss at 99 % of a run: the longest straight line at its end that agrees with the shorter ones. */
function endOf(records) {
  const y = records.map(({ loss }) => Math.log(loss));
  const sigma = robustDeviation(y.slice(1).map((value, i) => (value - y[i]) / Math.SQRT2)) || 1e-9;
  let chosen = null;
  const shorter = [];
  for (const share of [0.02, 0.04, 0.08, 0.12, 0.16]) {
    const count = Math.min(y.length, Math.max(20, Math.floor(share * y.length)));
    const [value, gain] = lineAt(y.slice(-count), count - 1 - 0.01 * y.length, sigma);
    if (shorter.some((one) => Math.abs(one.value - value) > 1.5 * one.error)) break;
    shorter.push((chosen = { value, error: sigma * gain }));
  }
  return chosen.value;
}

function robustDeviation(values) {
  const sorted = values.map(Math.abs).sort((a, b) => a - b);
  return 1.4826 * sorted[sorted.length >> 1];
}

function lineAt(y, place, sigma) {
  const n = y.length;
  const middle = [...y].sort((a, b) => a - b)[n >> 1];
  const clipped = y.map((value) => Math.max(middle - 6 * sigma, Math.min(middle + 6 * sigma, value)));
  const centre = (n - 1) / 2;
  let [sum, slope, spread] = [0, 0, 0];
  clipped.forEach((value, i) => {
    sum += value;
    slope += (i - centre) * value;
    spread += (i - centre) ** 2;
  });
  return [sum / n + (slope / spread) * (place - centre), Math.sqrt(1 / n + (place - centre) ** 2 / spread)];
}

function finished({ whole, truth, until }) {
  const path = layOut(whole.bins, until, whole.travelled, new Float64Array(0), whole.rateAt, RELAX_SETTINGS.path);
  const prior = { ...RELAX_SETTINGS, kinds: [{ ...ANY_RUN, alpha: [ANY_RUN.alpha[0], 0.4], anneal: [1, 0.6] }] };
  return { fit: fitCurve(path, prior, whole.rateKnown), peak: path.peak, end: truth, noise: path.noise };
}

/** A source is a kind; so is each of its recipes that has two runs or more, where it has several. */
function kindsOf(source, list) {
  if (list.length === 0) return [];
  const fitsOf = (some) => some.map((run) => fits.get(run));
  const whole = learnKind(source, fitsOf(list));
  const recipes = [...groupBy(list, (run) => run.recipe).values()];
  if (recipes.length < 2) return [whole];
  const several = recipes.filter((some) => some.length >= 2);
  return [whole, ...several.map((some) => learnKind(source, fitsOf(some), whole))];
}

function ofOthers(run) {
  return kinds.filter(({ name }) => name !== run.source);
}

function restOf(run) {
  return bySource.get(run.source).filter((other) => other !== run);
}

/** Each run is judged by kinds that it had no part in. */
function priorWithout(run) {
  return { ...RELAX_SETTINGS, kinds: [ANY_RUN, ...ofOthers(run), ...kindsOf(run.source, restOf(run))] };
}

function priorWithoutSource(run) {
  return { ...RELAX_SETTINGS, kinds: [ANY_RUN, ...ofOthers(run)] };
}

function siblingsOf(run) {
  const runs = restOf(run).map((other) => finishedRuns.get(other));
  return leaningOn({ own: [], family: { name: 'siblings', runs: runs.filter(({ curve }) => curve) }, law: null });
}

function judge(run, prior, leaning) {
  const weight = 1 / Math.sqrt(bySource.get(run.source).length);
  return run.views.flatMap((view, i) => {
    const forecast = forecastCurve(view, run.until, { level: 0.9, prior, leaning });
    if (forecast.final === null) return [];
    const error = Math.log(forecast.final.loss) - run.truth;
    const score = Math.abs(error) / forecast.spread.final;
    const words = forecast.leansOn.some((name) => name.startsWith('sibling '));
    return [{ run, share: SHARES[i], weight, error, score, forecast, at: view.at, words }];
  });
}

function weightedQuantile(list, value, level) {
  const sorted = list.map((row) => [value(row), row.weight]).sort((a, b) => a[0] - b[0]);
  const whole = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let passed = 0;
  for (const [at, weight] of sorted) if ((passed += weight) >= level * whole) return at;
  return sorted.at(-1)[0];
}

/** Quantiles of the scores by share, each over the runs seen about that far. */
function quantiles(rows) {
  return KEPT.map((share) => {
    const near = rows.filter((row) => Math.abs(row.share - share) < 0.06);
    return LEVELS.map((level) => round(weightedQuantile(near, (row) => row.score, level + 0.01)));
  });
}

/** Factor of the noise at which bands hold as many later values as they say, on average over runs. */
function noiseFactors(rows, table) {
  const some = rows.filter(({ share }) => [0.2, 0.4, 0.6, 0.8].includes(share));
  return LEVELS.map((level, k) => {
    let [low, high] = [0.2, 6];
    for (let round = 0; round < 14; round++) {
      const factor = (low + high) / 2;
      const mean = some.reduce((sum, row) => sum + row.weight * coverage(row, factor, table, k), 0);
      if (mean / some.reduce((sum, row) => sum + row.weight, 0) < level + 0.01) low = factor;
      else high = factor;
    }
    return round(high);
  });
}

function coverage({ run, at, forecast, share }, factor, table, k) {
  const { curve, spread } = forecast;
  const near = KEPT.reduce((best, one) => (Math.abs(one - share) < Math.abs(best - share) ? one : best));
  const quantile = table[KEPT.indexOf(near)][k];
  let [inside, all] = [0, 0];
  for (const { step, loss } of run.records) {
    if (step <= at) continue;
    const place = ((step - at) / (run.until - at)) * (curve.length - 1);
    const knot = Math.min(curve.length - 1, Math.round(place));
    all++;
    const reach = Math.hypot(spread.curve[knot] * quantile, spread.noise * factor);
    if (Math.abs(Math.log(loss / curve[knot].loss)) <= reach) inside++;
  }
  return inside / all;
}

function round(value) {
  return Number(value.toPrecision(3));
}

function kindsFile(list) {
  const plain = JSON.stringify(list, (_, value) => (typeof value === 'number' ? round(value) : value), 2);
  return `// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { RunKind } from './relax-prior.js';

export const RUN_KINDS: readonly RunKind[] = ${plain};
`;
}

function tableFile(rows, told) {
  const table = quantiles(rows);
  const noise = noiseFactors(rows, table);
  // A source with many runs has many siblings: with them each run counts the same.
  const even = told.map((row) => ({ ...row, weight: 1 }));
  const calibration = { shares: KEPT, levels: LEVELS, quantiles: table, told: quantiles(even), noise };
  return `// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = ${JSON.stringify(calibration, null, 2)};
`;
}

function report(title, rows) {
  console.log(title);
  for (const share of SHARES) {
    const some = rows.filter((row) => row.share === share);
    const errors = some.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
    const at = (q) => `${(100 * errors[Math.floor(q * (errors.length - 1))]).toFixed(2)} %`;
    console.log(`${100 * share} % seen: ${some.length} runs, |error| median ${at(0.5)}, p90 ${at(0.9)}`);
  }
}
