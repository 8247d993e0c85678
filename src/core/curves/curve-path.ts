// Lays out a run for fitting: its bins so far, then the places to predict, by cumulative learning rate.
import type { Bin } from './curve-bins.js';
import type { CurvePath } from './relax-fit.js';

/** A path with what is needed to read it. */
export interface LaidOutPath extends CurvePath {
  /** Present loss in log; the unit of `losses`. */
  present: number;
  /** Deviation of single values around the curve, in log loss. */
  noise: number;
  /** Share of the training's cumulative rate that is seen. */
  seenShare: number;
}

/** Bins below this share of what is seen are the start, which no power law follows. */
export const START = 0.03;
/** Fewest bins that a curve can be fitted to. */
export const LEAST_BINS = 8;

/**
 * @param bins of log loss, in order
 * @param knots steps to predict, increasing, beyond the last bin
 * @param rateAt planned rate in the same unit as the bins' rates
 * @param position cumulative rate at `at`, the last seen step
 * @returns null where fewer than `LEAST_BINS` bins can be used
 */
export function layOut(
  bins: readonly Bin[],
  at: number,
  position: number,
  knots: Float64Array,
  rateAt: (step: number) => number,
): LaidOutPath | null {
  const { warm, peak } = warmUp(bins);
  const used = bins.filter((bin) => bin.position >= Math.max(START * position, warm));
  const noise = noiseOf(used);
  if (used.length < LEAST_BINS) return null;
  const places = used.length + knots.length;
  const positions = new Float64Array(places);
  const rates = new Float64Array(places);
  used.forEach((bin, i) => {
    positions[i] = bin.position;
    rates[i] = bin.rate;
  });
  let [step, travelled, rate] = [at, position, rateAt(at)];
  for (let k = 0; k < knots.length; k++) {
    const pieces = 4;
    const stride = (knots[k]! - step) / pieces;
    for (let piece = 0; piece < pieces; piece++) {
      step += stride;
      const next = rateAt(step);
      travelled += ((rate + next) / 2) * stride;
      rate = next;
    }
    step = knots[k]!;
    positions[used.length + k] = travelled;
    rates[used.length + k] = rate;
  }
  const whole = Math.max(travelled, positions[used.length - 1]!);
  for (let i = 0; i < places; i++) positions[i] = Math.max(positions[i]! / whole, 1e-9);
  // The highest rate may lie in the warm-up or in bins that were too early to be used.
  if (peak > 0) for (let i = 0; i < places; i++) rates[i] = rates[i]! / peak;
  const present = presentLevel(used);
  return {
    seen: used.length,
    positions,
    rates,
    losses: Float64Array.from(used, (bin) => Math.exp(bin.value - present)),
    variances: Float64Array.from(used, (bin) => noise ** 2 / bin.count),
    present,
    noise,
    seenShare: position / whole,
  };
}

/** Where the warm-up ended, twice over, since the loss lags behind; 0 where it is not seen. */
function warmUp(bins: readonly Bin[]): { warm: number; peak: number } {
  let peak = 0;
  for (const { rate } of bins) peak = Math.max(peak, rate);
  const top = bins.find(({ rate }) => rate >= 0.98 * peak);
  const first = bins[0];
  if (!top || !first || top === first) return { warm: 0, peak };
  const last = bins.at(-1)!.position;
  return { warm: Math.min(1.5 * top.position, 0.5 * last), peak };
}

function presentLevel(bins: readonly Bin[]): number {
  const recent = bins.slice(-Math.max(3, Math.round(0.1 * bins.length)));
  let [sum, count] = [0, 0];
  for (const bin of recent) {
    sum += bin.count * bin.value;
    count += bin.count;
  }
  return sum / count;
}

/** Deviation of single values: the median spread within bins, else from neighbouring bins. */
function noiseOf(bins: readonly Bin[]): number {
  const later = bins.slice(Math.floor(bins.length / 2));
  const spreads = later.map((bin) => bin.spread).filter(Number.isFinite);
  if (spreads.length >= later.length / 2 && spreads.length > 0) return median(spreads);
  const steps: number[] = [];
  for (let i = 2; i < later.length; i++) {
    // Second differences: what is left of a smooth curve is noise of deviation √6.
    const bend = later[i]!.value - 2 * later[i - 1]!.value + later[i - 2]!.value;
    steps.push((Math.abs(bend) * Math.sqrt(later[i - 1]!.count)) / Math.sqrt(6));
  }
  return steps.length > 0 ? 1.4826 * median(steps) : 0.01;
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
