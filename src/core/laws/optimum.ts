// The best split of compute into parameters and data, found on the averaged law itself.
import type { LawDocument } from './law-document.js';
import { lawNamed } from './law-names.js';
import { LawError } from './law-error.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from './run-table.js';

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** In ln N. The loss is flat at its least: nearer than this, two places differ by less than a rounding. */
const CLOSE = 1e-8;

/** Whether the law says how compute is best split: a law of N alone, of D alone or of compute does not. */
export const knowsSplit = ({ forms }: Pick<LawDocument, 'forms'>): boolean =>
  forms.every(({ law }) => lawNamed(law).optimum !== undefined);

/**
 * N and D with 6·N·D = C whose said loss is least. One form has it in closed form; an average of forms has its least on a
 * line, found by golden section between 1e2 and C/600 parameters.
 * @param compute in FLOP
 * @throws LawError where the law says nothing of both N and D.
 */
export function bestPlace(document: Pick<LawDocument, 'forms' | 'law'>, compute: number): Place {
  const { forms } = document;
  const kinds = forms.map(({ law }) => lawNamed(law));
  if (kinds.some(({ optimum }) => !optimum))
    throw new LawError(
      `${document.law} says nothing of the best N and D`,
      'fit a law of both: --law auto, chinchilla, additive-power or isoflop',
    );
  const size = compute / FLOP_PER_PARAM_TOKEN;
  const guesses = forms.map(({ parameters }, i) => {
    const { a, G } = kinds[i]!.optimum!(parameters);
    return Math.log(G) + a * Math.log(size);
  });
  if (guesses.length === 1) return placeAt(guesses[0]!, compute);
  const loss = (lnN: number): number => {
    const place = placeAt(lnN, compute);
    return forms.reduce(
      (sum, { weight, parameters }, i) => sum + weight * Math.log(kinds[i]!.loss(parameters, place)),
      0,
    );
  };
  // Each form's loss falls towards its own optimum, so the average's lies between the outermost ones.
  let [low, high] = [Math.min(...guesses), Math.max(...guesses)];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [lossLeft, lossRight] = [loss(left), loss(right)];
  while (high - low > CLOSE) {
    if (lossLeft < lossRight) {
      [high, right, lossRight] = [right, left, lossLeft];
      left = high - GOLDEN * (high - low);
      lossLeft = loss(left);
    } else {
      [low, left, lossLeft] = [left, right, lossRight];
      right = low + GOLDEN * (high - low);
      lossRight = loss(right);
    }
  }
  return placeAt((low + high) / 2, compute);
}

function placeAt(lnN: number, compute: number): Place {
  const params = Math.exp(lnN);
  return { params, tokens: compute / (FLOP_PER_PARAM_TOKEN * params), compute };
}
