// What it takes to reach a loss: along one axis, or along the best of both.
import { bestPlace } from '../core/laws/optimum.js';
import { logLoss } from '../core/laws/law-loss.js';
import { fallingFactor } from '../core/math/falling-factor.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from '../core/laws/run-table.js';
import type { LawForms } from '../core/laws/law-draws.js';

/** Further than this factor nothing is looked for. */
const FURTHEST = Math.log(1e8);

const placeOf = (params: number, tokens: number): Place => ({
  params,
  tokens,
  compute: FLOP_PER_PARAM_TOKEN * params * tokens,
});

/** By what factor N alone must grow for a loss; NaN where no N reaches it. */
export const factorOfParams = (law: LawForms, { params, tokens }: Place, loss: number): number =>
  fallingFactor((f) => logLoss(law, placeOf(params * f, tokens)), Math.log(loss), FURTHEST);

/** By what factor D alone must grow. */
export const factorOfTokens = (law: LawForms, { params, tokens }: Place, loss: number): number =>
  fallingFactor((f) => logLoss(law, placeOf(params, tokens * f)), Math.log(loss), FURTHEST);

/** By what factor compute must grow, at the best N and D all the way. */
export const factorOfCompute = (law: LawForms, compute: number, loss: number): number =>
  fallingFactor((f) => logLoss(law, bestPlace(law, compute * f)), Math.log(loss), FURTHEST);

/** The compute at which the best N and D have a loss, in FLOP; NaN where none has. */
export const computeFor = (law: LawForms, near: number, loss: number): number =>
  near * factorOfCompute(law, near, loss);
