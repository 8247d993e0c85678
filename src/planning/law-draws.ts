// Whole laws from the bootstraps that a fit keeps, for intervals of whatever is derived from the law.
import { quantile } from '../core/math/quantile.js';
import type { LawDocument } from '../core/laws/law-document.js';

export type LawForms = Pick<LawDocument, 'forms' | 'law'>;

/** One law a bootstrap: each form with its parameters of that draw. None where the fit kept none. */
export function lawDraws({ forms, law }: LawForms): LawForms[] {
  const many = Math.min(...forms.map(({ draws }) => draws.length));
  return Array.from({ length: many }, (_, i) => ({
    law,
    forms: forms.map((form) => {
      const names = Object.keys(form.parameters);
      return { ...form, parameters: Object.fromEntries(names.map((name, k) => [name, form.draws[i]![k]!])) };
    }),
  }));
}

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

const FEWEST = 20;

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
  if (all.length < FEWEST) return { value, lower: null, upper: null };
  return { value, lower: quantile(all, (1 - level) / 2), upper: quantile(all, (1 + level) / 2) };
}
