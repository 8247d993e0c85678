// What an offset of the loss is worth: the share of the compute so far that brings it.

const SLOW_POWER = 0.1;
const FAST_POWER = 0.6;
const ROUNDS = 50;
/** Log of the least and of the most compute that is looked at, in units of what was spent. */
const LEAST = -4;
const MOST = 3;

/**
 * Solves f(u + log(1 − x)) = f(u) + offset for the share x, by bisection, on the curve
 * f(u) = slow·(e^(−0.1u) − 1)/0.1 + fast·(e^(−0.6u) − 1)/0.6 of log loss in log compute.
 *
 * @param offset in log loss; positive for a run that is worse
 * @returns x: positive for lost compute, negative for compute won, at least −19; null where the curve does not fall
 */
export function computeShare(slow: number, fast: number, u: number, offset: number): number | null {
  const at = (v: number): number =>
    (slow * (Math.exp(-SLOW_POWER * v) - 1)) / SLOW_POWER + (fast * (Math.exp(-FAST_POWER * v) - 1)) / FAST_POWER;
  const slope = slow * Math.exp(-SLOW_POWER * u) + fast * Math.exp(-FAST_POWER * u);
  if (!(slope > 1e-4) || !Number.isFinite(offset)) return null;
  const wanted = at(u) + offset;
  // A curve learnt in a hurry may turn: a worse loss is looked for in the past alone, a better one in what is to come.
  let [low, high] = offset > 0 ? [LEAST, 0] : [0, MOST];
  if (at(u + low) < wanted) return 1 - Math.exp(low);
  if (at(u + high) > wanted) return 1 - Math.exp(high);
  for (let i = 0; i < ROUNDS; i++) {
    const middle = (low + high) / 2;
    if (at(u + middle) > wanted) low = middle;
    else high = middle;
  }
  return 1 - Math.exp((low + high) / 2);
}
