// Whole laws from the draws that a fit keeps, and how far apart they are at a place.
import { quantile } from '../math/quantile.js';
import type { LawDocument } from './law-document.js';
import { logLoss } from './law-loss.js';
import type { Place } from './run-table.js';

export type LawForms = Pick<LawDocument, 'forms' | 'law'>;

/** A picture of a family asks for the same draws at thousands of places. */
const made = new WeakMap<LawForms['forms'], LawForms[]>();

/** One law a draw: each form with its parameters of that draw. None where the fit kept none. */
export function lawDraws({ forms, law }: LawForms): readonly LawForms[] {
  const known = made.get(forms);
  if (known) return known;
  const many = Math.min(...forms.map(({ draws }) => draws.length));
  const draws = Array.from({ length: many }, (_, i) => ({
    law,
    forms: forms.map((form) => {
      const names = Object.keys(form.parameters);
      return { ...form, parameters: Object.fromEntries(names.map((name, k) => [name, form.draws[i]![k]!])) };
    }),
  }));
  made.set(forms, draws);
  return draws;
}

/** Fewer draws tell of no spread. */
export const FEWEST_DRAWS = 20;
/** Share of a normal within one deviation to each side of the middle. */
const WITHIN_ONE = 0.6827;

/** Deviation of ln L at a place over the draws, from its middle two thirds; 0 where too few were kept. */
export function drawnDeviation(document: LawForms, place: Place): number {
  const said = lawDraws(document)
    .map((law) => logLoss(law, place))
    .filter(Number.isFinite);
  return said.length < FEWEST_DRAWS ? 0 : middleDeviation(said);
}

/** Half of what holds the middle two thirds: the deviation of what is normal, and not led by a few draws far out. */
export const middleDeviation = (values: readonly number[]): number =>
  (quantile(values, (1 + WITHIN_ONE) / 2) - quantile(values, (1 - WITHIN_ONE) / 2)) / 2;
