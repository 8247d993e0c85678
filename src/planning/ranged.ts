// Intervals of whatever is derived from a law, over the draws that its fit keeps.
import { quantile } from '../core/math/quantile.js';
import { FEWEST_DRAWS, type LawForms } from '../core/laws/law-draws.js';

export interface Interval {
  lower: number;
  upper: number;
}

/** A value with its interval over bootstraps; null bounds where there are too few. */
export interface Ranged {
  value: number;
  lower: number | null;
  upper: number | null;
}

/** @param of the value asked for, by a law; draws in which it does not exist are left out */
export function ranged(
  document: LawForms,
  draws: readonly LawForms[],
  level: number,
  of: (law: LawForms) => number,
): Ranged {
  const value = of(document);
  const all = draws
    .map((draw) => {
      try {
        return of(draw);
      } catch {
        return NaN;
      }
    })
    .filter(Number.isFinite);
  if (all.length < FEWEST_DRAWS) return { value, lower: null, upper: null };
  return { value, lower: quantile(all, (1 - level) / 2), upper: quantile(all, (1 + level) / 2) };
}
