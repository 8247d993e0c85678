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

/** The factor at which a falling function of ln(factor) comes to `target`, by bisection. */
function factorFor(logLossAt: (factor: number) => number, target: number): number {
  const now = logLossAt(1);
  const up = now > target;
  let [near, far] = [0, up ? 0.05 : -0.05];
  while (up ? logLossAt(Math.exp(far)) > target : logLossAt(Math.exp(far)) < target) {
    near = far;
    far *= 1.6;
    if (Math.abs(far) > FURTHEST) return NaN;
  }
  for (let round = 0; round < 60; round++) {
    const middle = (near + far) / 2;
    if (logLossAt(Math.exp(middle)) > target === up) near = middle;
    else far = middle;
  }
  return Math.exp((near + far) / 2);
}
