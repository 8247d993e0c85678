// What a fitted law says at a place, its forms averaged in log loss.
import type { LawDocument } from './law-document.js';
import { lawNamed } from './law-names.js';
import type { Place } from './run-table.js';

/** ln L at a place: the weighted mean of the forms'. */
export function logLoss({ forms }: Pick<LawDocument, 'forms'>, place: Place): number {
  let sum = 0;
  for (const { weight, law, parameters } of forms) sum += weight * Math.log(lawNamed(law).loss(parameters, place));
  return sum;
}
