// Makes of a finished run what others can lean on: its curve, what its fit says of its kind, and how far forecasts of it missed.
import type { Bin } from '../core/curves/curve-bins.js';
import { layOut } from '../core/curves/curve-path.js';
import { type SeenCurve, forecastCurve } from '../core/curves/curve-forecast.js';
import type { FinishedFit } from '../core/curves/learn-kind.js';
import { type OwnScore, SCORED_SHARES } from '../core/curves/own-scores.js';
import { fitCurve } from '../core/curves/relax-fit.js';
import { ANY_RUN, RELAX_SETTINGS } from '../core/curves/relax-prior.js';
import type { FinishedCurve } from '../core/curves/sibling.js';
import { seenEarlier } from './seen-earlier.js';

/** Shares of the steps over which the end of a run is read, shortest first, and the place it is read at. */
const END_SHARES = [0.02, 0.04, 0.08, 0.12, 0.16];
const END_PLACE = 0.99;
/** A longer line is not taken once it departs from a shorter one by more of the shorter one's errors. */
const AGREED = 1.5;

/** Plain data: it is kept as JSON and read again bit for bit. */
export interface FinishedRun {
  curve: FinishedCurve;
  fit: FinishedFit;
  scores: OwnScore[];
}

/** Digits that are kept: far below the noise of any log. */
const DIGITS = 7;

/** @returns null where too little was logged to lean on */
export function finishedRun(name: string, seen: SeenCurve): FinishedRun | null {
  if (seen.bins.length < 12 || !(seen.travelled > 0)) return null;
  const path = layOut(seen.bins, seen.at, seen.travelled, new Float64Array(0), seen.rateAt, RELAX_SETTINGS.path);
  if (path === null) return null;
  const prior = {
    ...RELAX_SETTINGS,
    kinds: [{ ...ANY_RUN, alpha: [ANY_RUN.alpha[0], 0.4], anneal: [1, 0.6] } as const],
  };
  const end = endOf(seen.bins, seen.at, path.noise);
  const { bins } = seen;
  const { alpha, floor, anneal, variances, usualAnneal, absolute } = fitCurve(path, prior, seen.rateKnown);
  return {
    curve: {
      name,
      positions: bins.map(({ position }) => rounded(position / seen.travelled)),
      rates: bins.map(({ rate }) => rounded(path.peak > 0 ? rate / path.peak : 1)),
      values: bins.map(({ value }) => rounded(value)),
      end,
      noise: path.noise,
    },
    fit: { fit: { alpha, floor, anneal, variances, usualAnneal, absolute }, peak: path.peak, end, noise: path.noise },
    scores: scoresOf(seen, end),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** Forecasts of it as it was seen earlier, by the corpus alone: their misses in units of their own scale. */
function scoresOf(seen: SeenCurve, end: number): OwnScore[] {
  return SCORED_SHARES.flatMap((share) => {
    const earlier = seenEarlier(seen, share);
    const { final, spread } = earlier ? forecastCurve(earlier, seen.at, { level: 0.9, knots: 64 }) : NOTHING;
    if (final === null || spread === null) return [];
    return [{ share, score: rounded(Math.abs(Math.log(final.loss) - end) / spread.final) }];
  });
}

const NOTHING = { final: null, spread: null };

/** Log loss of the smooth curve at the end: the longest straight line there that agrees with the shorter ones. */
function endOf(bins: readonly Bin[], at: number, noise: number): number {
  const lines: { value: number; error: number }[] = [];
  for (const share of END_SHARES) {
    const line = lineAt(
      bins.filter(({ step }) => step > (1 - share) * at),
      END_PLACE * at,
      noise,
    );
    if (line === null) continue;
    if (lines.some(({ value, error }) => Math.abs(value - line.value) > AGREED * error)) break;
    lines.push(line);
  }
  return lines.at(-1)?.value ?? bins.at(-1)!.value;
}

/** A straight line through bins, weighted by their counts, read at a step; null for fewer than three bins. */
function lineAt(bins: readonly Bin[], step: number, noise: number): { value: number; error: number } | null {
  if (bins.length < 3) return null;
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const mean = (value: (bin: Bin) => number): number =>
    bins.reduce((sum, bin) => sum + bin.count * value(bin), 0) / count;
  const centre = mean((bin) => bin.step);
  const level = mean((bin) => bin.value);
  const width = mean((bin) => (bin.step - centre) ** 2);
  const slope = mean((bin) => (bin.step - centre) * (bin.value - level)) / width;
  const ahead = step - centre;
  return { value: level + slope * ahead, error: noise * Math.sqrt((1 + ahead ** 2 / width) / count) };
}
