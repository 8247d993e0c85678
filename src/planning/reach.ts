// What it takes to reach a loss: along one axis, or along the best of both.
import { bestPlace } from '../core/laws/optimum.js';
import { logLoss } from '../core/laws/predict.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from '../core/laws/run-table.js';
import type { LawForms } from './law-draws.js';

/** Further than this factor nothing is looked for. */
const FURTHEST = Math.log(1e8);

const placeOf = (params: number, tokens: number): Place => ({
  params,
  tokens,
  compute: FLOP_PER_PARAM_TOKEN * params * tokens,
});

/** By what factor N alone must grow for a loss; NaN where no N reaches it. */
export const factorOfParams = (law: LawForms, { params, tokens }: Place, loss: number): number =>
  factorFor((f) => logLoss(law, placeOf(params * f, tokens)), Math.log(loss));

/** By what factor D alone must grow. */
export const factorOfTokens = (law: LawForms, { params, tokens }: Place, loss: number): number =>
  factorFor((f) => logLoss(law, placeOf(params, tokens * f)), Math.log(loss));

/** By what factor compute must grow, at the best N and D all the way. */
export const factorOfCompute = (law: LawForms, compute: number, loss: number): number =>
  factorFor((f) => logLoss(law, bestPlace(law, compute * f)), Math.log(loss));

/** The compute at which the best N and D have a loss, in FLOP; NaN where none has. */
export const computeFor = (law: LawForms, near: number, loss: number): number =>
  near * factorOfCompute(law, near, loss);

/** In ln(factor): nothing that is asked needs more digits. */
const CLOSE = 1e-11;
const MOST_ROUNDS = 100;

/**
 * The factor at which a falling function of ln(factor) comes to `target`: bracketed, then by the Illinois rule
 * (Dowell and Jarratt 1971), which needs a sixth of the calls that halving needs.
 */
function factorFor(logLossAt: (factor: number) => number, target: number): number {
  const miss = (ln: number): number => logLossAt(Math.exp(ln)) - target;
  const now = miss(0);
  if (now === 0) return 1;
  let [near, far] = [0, now > 0 ? 0.05 : -0.05];
  let [missNear, missFar] = [now, miss(far)];
  while (missFar > 0 === now > 0 && missFar !== 0) {
    [near, missNear] = [far, missFar];
    far *= 1.6;
    if (Math.abs(far) > FURTHEST) return NaN;
    missFar = miss(far);
  }
  for (let round = 0; round < MOST_ROUNDS && Math.abs(far - near) > CLOSE && missFar !== 0; round++) {
    const at = far - (missFar * (far - near)) / (missFar - missNear);
    const missAt = miss(at);
    // The same side twice in a row: the other end counts half, or it would never move.
    if (missAt > 0 === missFar > 0) missNear /= 2;
    else [near, missNear] = [far, missFar];
    [far, missFar] = [at, missAt];
  }
  return Math.exp(far);
}
