// What finished runs say of a run of the same recipe under another learning-rate schedule: one law fitted to all of them.
import { fitCurve } from './relax-fit.js';
import { ANY_RUN, type CurvePrior, RELAX_SETTINGS } from './relax-prior.js';
import type { LawRun } from './law-terms.js';

/** A run by step; its rates in the same unit as those of the runs it is held against. */
export interface ScheduledRun {
  steps: Float64Array;
  rates: Float64Array;
}

/** A finished one, with its log losses. */
export interface MeasuredRun extends ScheduledRun {
  values: Float64Array;
}

/**
 * Between runs of one recipe the position grows with a lower power of the rate than within a run, and the fast relaxations
 * weigh more. Chosen on the runs of Luo et al. 2025 between which the schedule alone differs; see docs/lab-log.md.
 */
const PACE_POWER = 0.7;
const SETTINGS: CurvePrior = {
  ...RELAX_SETTINGS,
  kinds: [ANY_RUN],
  alphas: Array.from({ length: 33 }, (_, i) => 0.1 * Math.pow(12, i / 32)),
  shapes: [0.6, 0.75, 0.9].flatMap((power) => [-1.2, -0.9, -0.6, -0.3].map((tilt) => ({ power, tilt }))),
  slow: { deviation: 1e-5, length: 1, past: 0 },
  fast: { deviation: 1e-5, length: 0.05 },
};
/** The law holds so well, relative, for each stretch of a finished run. */
const ERROR = 0.0005;
const STRETCHES = 40;
/** Share of a finished run's way at its start that no power law follows. */
const START = 0.1;

/**
 * Log losses of a run at its steps, by the law of finished ones.
 * @param finished at least one; the more their schedules differ the better
 */
export function transferred(finished: readonly MeasuredRun[], run: ScheduledRun): Float64Array {
  const peak = Math.max(...[run, ...finished].map(({ rates }) => Math.max(...rates)));
  const ways = finished.map((one) => wayOf(one, peak));
  const unit = Math.max(...ways.map((way) => way.at(-1)!));
  const present = finished[0]!.values.at(-1)!;
  const companions = finished.map((one, i) => ({ ...stretched(one, ways[i]!, { unit, peak, present }), level: 0 }));
  const path = {
    seen: 0,
    positions: wayOf(run, peak).map((way) => way / unit),
    rates: run.rates.map((rate) => rate / peak),
    losses: new Float64Array(0),
    variances: new Float64Array(0),
    ...{ present, noise: ERROR, values: 0, peak },
  };
  return fitCurve(path, SETTINGS, true, companions).losses.map((loss) => present + Math.log(loss));
}

/** Cumulative rate^power; before the first step the rate rises in a straight line from 0. */
function wayOf({ steps, rates }: ScheduledRun, peak: number): Float64Array {
  const way = new Float64Array(steps.length);
  let [step, pace, sum] = [0, 0, 0];
  for (let i = 0; i < steps.length; i++) {
    const next = Math.pow(Math.max(rates[i]! / peak, 0), PACE_POWER);
    sum += (steps[i]! - step) * (i === 0 ? next / (1 + PACE_POWER) : (pace + next) / 2);
    way[i] = sum;
    [step, pace] = [steps[i]!, next];
  }
  return way;
}

/** Means over stretches of equal log position. */
function stretched(
  { rates, values }: MeasuredRun,
  way: Float64Array,
  { unit, peak, present }: { unit: number; peak: number; present: number },
): LawRun {
  const last = way.at(-1)!;
  const low = Math.log(Math.max(way[0]!, 1e-300));
  const width = (Math.log(last) - low) / STRETCHES;
  const sums: { index: number; count: number; way: number; rate: number; value: number }[] = [];
  for (let i = 0; i < way.length; i++) {
    if (way[i]! < START * last) continue;
    const index = Math.min(STRETCHES - 1, Math.floor((Math.log(way[i]!) - low) / width));
    if (sums.at(-1)?.index !== index) sums.push({ index, count: 0, way: 0, rate: 0, value: 0 });
    const sum = sums.at(-1)!;
    sum.count++;
    sum.way += way[i]!;
    sum.rate += rates[i]!;
    sum.value += values[i]!;
  }
  return {
    seen: sums.length,
    positions: Float64Array.from(sums, (sum) => sum.way / sum.count / unit),
    rates: Float64Array.from(sums, (sum) => sum.rate / sum.count / peak),
    losses: Float64Array.from(sums, (sum) => Math.exp(sum.value / sum.count - present)),
    variances: Float64Array.from(sums, (sum) => ERROR ** 2 / sum.count),
  };
}
