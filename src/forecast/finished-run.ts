// Makes of a finished run what others can lean on: its curve by position, and what its fit says of its kind.
import { layOut } from '../core/curves/curve-path.js';
import type { SeenCurve } from '../core/curves/curve-forecast.js';
import type { FinishedFit } from '../core/curves/learn-kind.js';
import { fitCurve } from '../core/curves/relax-fit.js';
import { ANY_RUN, RELAX_SETTINGS } from '../core/curves/relax-prior.js';
import type { FinishedCurve } from '../core/curves/sibling.js';

/** Share of the steps over which the end of a run is read. */
const END_SHARE = 0.03;

export interface FinishedRun {
  curve: FinishedCurve;
  fit: FinishedFit;
}

/** @returns null where too little was logged to lean on */
export function finishedRun(name: string, seen: SeenCurve): FinishedRun | null {
  if (seen.bins.length < 12 || !(seen.travelled > 0)) return null;
  const path = layOut(seen.bins, seen.at, seen.travelled, new Float64Array(0), seen.rateAt, RELAX_SETTINGS.path);
  if (path === null) return null;
  const prior = {
    ...RELAX_SETTINGS,
    kinds: [{ ...ANY_RUN, alpha: [ANY_RUN.alpha[0], 0.4], anneal: [1, 0.6] } as const],
  };
  const last = seen.bins.filter(({ step }) => step >= (1 - END_SHARE) * seen.at);
  const ending = last.length > 0 ? last : seen.bins.slice(-1);
  const count = ending.reduce((sum, bin) => sum + bin.count, 0);
  const end = ending.reduce((sum, bin) => sum + bin.count * bin.value, 0) / count;
  const { bins } = seen;
  return {
    curve: {
      name,
      positions: Float64Array.from(bins, ({ position }) => position / seen.travelled),
      rates: Float64Array.from(bins, ({ rate }) => (path.peak > 0 ? rate / path.peak : 1)),
      values: Float64Array.from(bins, ({ value }) => value),
      end,
      noise: path.noise,
    },
    fit: { fit: fitCurve(path, prior, seen.rateKnown), peak: path.peak, end, noise: path.noise },
  };
}
