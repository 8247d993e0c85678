// Lays out a run for fitting: its past in a few stretches of log position, then the places to predict.
import type { Bin } from './curve-bins.js';
import { pace } from './travel.js';

/** The seen stretches, then the places to predict, in order. Positions in units of the whole training. */
export interface CurvePath {
  /** How many of the places are seen. */
  seen: number;
  positions: Float64Array;
  /** Relative to the highest rate so far. */
  rates: Float64Array;
  /** Losses of the seen stretches, relative to the present loss. */
  losses: Float64Array;
  /** Variance of the seen stretches' means from noise alone, relative: no less than that of independent values. */
  variances: Float64Array;
  /** Present loss in log; the unit of `losses`. */
  present: number;
  /** Deviation of single values around the curve, in log loss. */
  noise: number;
  /** Number of values in the seen stretches. */
  values: number;
  /** Highest rate so far, in the run's own unit. */
  peak: number;
}

/** Which part of the past is used. */
export interface PathSettings {
  /** Shares of what is seen below this are left out: the start, which no power law follows. */
  start: number;
  /** The warm-up is left out up to this multiple of the way at its end, since the loss lags behind. */
  warmUp: number;
  /** Stretches of equal log position. */
  stretches: number;
}

/** Fewest stretches that a curve can be fitted to. */
export const LEAST_STRETCHES = 6;

/**
 * @param bins of log loss, in order
 * @param at step from which is predicted
 * @param travelled cumulative rate at `at`
 * @param knots steps to predict, increasing, beyond `at`
 * @param rateAt planned rate in the same unit as the bins' rates
 * @param cooling factor by which rates to come count as less, for the batch, by step
 * @returns null where fewer than `LEAST_STRETCHES` stretches can be used
 */
export function layOut(
  bins: readonly Bin[],
  at: number,
  travelled: number,
  knots: Float64Array,
  rateAt: (step: number) => number,
  settings: PathSettings,
  cooling: (step: number) => number = () => 1,
): CurvePath | null {
  const { from, peak } = usableFrom(bins, travelled, settings);
  const used = bins.filter((bin) => bin.position >= from);
  if (used.length < LEAST_STRETCHES) return null;
  const noise = noiseOf(used);
  const together = noiseOfMeans(used, noise);
  const merged = merge(used, settings.stretches);
  if (merged.length < LEAST_STRETCHES) return null;
  const seen = merged.length;
  const positions = new Float64Array(seen + knots.length);
  const rates = new Float64Array(seen + knots.length);
  const losses = new Float64Array(seen);
  const variances = new Float64Array(seen);
  const present = median(merged.slice(-6).map(({ value }) => value));
  merged.forEach((stretch, i) => {
    positions[i] = stretch.position;
    rates[i] = stretch.rate;
    losses[i] = Math.exp(stretch.value - present);
    variances[i] = together ** 2 / stretch.count;
  });
  travel(positions, rates, seen, at, travelled, knots, rateAt);
  const whole = Math.max(positions.at(-1)!, travelled, 1e-300);
  for (let i = 0; i < positions.length; i++) {
    positions[i] = Math.max(positions[i]! / whole, 1e-9);
    rates[i] = peak > 0 ? ((i < seen ? 1 : cooling(knots[i - seen]!)) * rates[i]!) / peak : 1;
  }
  return {
    seen,
    positions,
    rates,
    losses,
    variances,
    present,
    noise,
    values: used.reduce((sum, { count }) => sum + count, 0),
    peak,
  };
}

/** Cumulative rates of the places to come, by the trapezoid rule. */
function travel(
  positions: Float64Array,
  rates: Float64Array,
  seen: number,
  at: number,
  travelled: number,
  knots: Float64Array,
  rateAt: (step: number) => number,
): void {
  let [step, way, rate] = [at, travelled, rateAt(at)];
  for (let k = 0; k < knots.length; k++) {
    const next = rateAt(knots[k]!);
    way += ((pace(rate) + pace(next)) / 2) * (knots[k]! - step);
    step = knots[k]!;
    rate = next;
    positions[seen + k] = way;
    rates[seen + k] = rate;
  }
}

/** Position from which the past can be used, and the highest rate. */
function usableFrom(bins: readonly Bin[], travelled: number, settings: PathSettings): { from: number; peak: number } {
  let peak = 0;
  for (const { rate } of bins) peak = Math.max(peak, rate);
  const top = bins.find(({ rate }) => rate >= 0.98 * peak);
  const last = bins.at(-1)?.position ?? 0;
  const warm = !top || top === bins[0] ? 0 : Math.min(settings.warmUp * top.position, 0.5 * last);
  return { from: Math.max(settings.start * travelled, warm), peak };
}

interface Stretch {
  count: number;
  value: number;
  position: number;
  rate: number;
}

/** Joins bins into stretches of equal log position: means weighted by the number of values. */
function merge(bins: readonly Bin[], stretches: number): Stretch[] {
  const low = Math.log(bins[0]!.position);
  const width = (Math.log(bins.at(-1)!.position) - low) / stretches;
  const merged: Stretch[] = [];
  let index = -1;
  for (const bin of bins) {
    const into = Math.min(stretches - 1, Math.floor((Math.log(bin.position) - low) / width));
    if (into !== index) {
      merged.push({ count: 0, value: 0, position: 0, rate: 0 });
      index = into;
    }
    const stretch = merged.at(-1)!;
    stretch.count += bin.count;
    stretch.value += bin.count * bin.value;
    stretch.position += bin.count * bin.position;
    stretch.rate += bin.count * bin.rate;
  }
  for (const stretch of merged) {
    stretch.value /= stretch.count;
    stretch.position /= stretch.count;
    stretch.rate /= stretch.count;
  }
  return merged;
}

/** Variance of means over that of independent values of the same noise, at the least: batches near each other are alike. */
const ALIKE = 1.2;

/** Deviation of single values: the median spread within bins, else from neighbouring bins. */
function noiseOf(bins: readonly Bin[]): number {
  const later = bins.slice(bins.length >> 1);
  const spreads = later.map((bin) => bin.spread).filter(Number.isFinite);
  if (spreads.length >= later.length / 2 && spreads.length > 0) return Math.max(median(spreads), 1e-6);
  return noiseBetween(later);
}

/** Deviation that single values would have if bins' means varied as they do by independent noise alone. */
const noiseOfMeans = (bins: readonly Bin[], noise: number): number =>
  Math.max(Math.sqrt(ALIKE) * noise, noiseBetween(bins.slice(bins.length >> 1)));

/** By second differences of bins: what is left of a smooth curve is noise of deviation √6. */
function noiseBetween(bins: readonly Bin[]): number {
  const bends: number[] = [];
  for (let i = 2; i < bins.length; i++)
    bends.push(
      (Math.abs(bins[i]!.value - 2 * bins[i - 1]!.value + bins[i - 2]!.value) * Math.sqrt(bins[i - 1]!.count)) /
        Math.sqrt(6),
    );
  return bends.length > 0 ? Math.max(1.4826 * median(bends), 1e-6) : 0.01;
}

function median(values: number[]): number {
  const sorted = new Float64Array(values).sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
