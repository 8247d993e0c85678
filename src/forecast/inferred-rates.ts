// Learning rates to come, inferred from the logged ones where nothing is planned: a decay under way goes on in its shape to the end.
import type { Bin } from '../core/curves/curve-bins.js';

/** A decay that explains the logged rates. */
export interface InferredRates {
  shape: 'cosine' | 'linear';
  /** Rate at the run's end. */
  least: number;
  rateAt: (step: number) => number;
}

/** A decay has begun once the rate is below this share of the highest. */
const BEGUN = 0.98;
/** Fewest bins of the decay, and how far, relative to the highest rate, a shape may stand off from them. */
const FEWEST = 5;
const APART = 0.01;
/** Rates of the log within this share of the highest are at it. */
const AT_PEAK = 0.999;

/**
 * @param bins of the run so far
 * @param until step at which the run ends by its plan
 * @returns null where the rate has not begun to fall or falls in no known shape
 */
export function inferRates(bins: readonly Bin[], until: number): InferredRates | null {
  const peak = bins.reduce((most, { rate }) => Math.max(most, rate), 0);
  const top = bins.findIndex(({ rate }) => rate >= AT_PEAK * peak);
  const lastTop = bins.findLastIndex(({ rate }) => rate >= AT_PEAK * peak);
  // Between two equal rates a bin's own is no mean of a straight line: the newest, that is still filled, counts as any other.
  const falling = bins.slice(lastTop + 1);
  if (!(peak > 0) || falling.filter(({ rate }) => rate < BEGUN * peak).length < FEWEST) return null;
  const tried = [cosine(bins, top, peak, until), linear(falling, until)].filter((one) => one !== null);
  const off = ({ rateAt }: InferredRates): number =>
    Math.max(...falling.map(({ step, rate }) => Math.abs(rateAt(step) - rate))) / peak;
  const [best] = tried.map((one) => ({ one, apart: off(one) })).sort((a, b) => a.apart - b.apart);
  return best !== undefined && best.apart <= APART ? best.one : null;
}

/** From the end of the warm-up to the run's end; the least rate by least squares. */
function cosine(bins: readonly Bin[], top: number, peak: number, until: number): InferredRates | null {
  const begin = top === 0 ? 0 : bins[top]!.step;
  if (!(until > begin)) return null;
  const part = (step: number): number =>
    (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, (step - begin) / (until - begin))))) / 2;
  let [squares, products] = [0, 0];
  for (const { step, rate } of bins.slice(top)) {
    const c = part(step);
    squares += (1 - c) ** 2;
    products += (1 - c) * (rate - peak * c);
  }
  const least = Math.max(0, products / squares);
  return { shape: 'cosine', least, rateAt: (step) => least + (peak - least) * part(step) };
}

/** The line through the rates since they began to fall, down to 0 at most. */
function linear(falling: readonly Bin[], until: number): InferredRates | null {
  const mean = (value: (bin: Bin) => number): number =>
    falling.reduce((sum, bin) => sum + value(bin), 0) / falling.length;
  const centre = mean(({ step }) => step);
  const level = mean(({ rate }) => rate);
  const slope = mean(({ step, rate }) => (step - centre) * (rate - level)) / mean(({ step }) => (step - centre) ** 2);
  if (!(slope < 0)) return null;
  const rateAt = (step: number): number => Math.max(0, level + slope * (step - centre));
  return { shape: 'linear', least: rateAt(until), rateAt };
}
