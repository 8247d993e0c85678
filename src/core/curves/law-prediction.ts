// What the members of the grid say together of places to come: sums by exponent and shape stand for all of them.
import type { GridMoments } from './grid-moments.js';
import { LOSSES, type LawTerms, ONE, POWERS } from './law-terms.js';

/** Losses and their relative deviations at the places to come. */
export interface Prediction {
  losses: Float64Array;
  deviations: Float64Array;
}

/**
 * The mixture's mean and deviation, with the part of the discrepancy that goes on. Floor, powers and annealing enter the loss
 * linearly, so that sums over the members are made once, not at each place.
 */
export function predict(
  { seen, powers, shapes, white, annealing, discrepancy }: LawTerms,
  positions: Float64Array,
  alphas: readonly number[],
  moments: GridMoments,
): Prediction {
  const anneals = POWERS + powers;
  const told = discrepancy.carried(white, anneals + shapes);
  const count = positions.length - seen;
  const losses = new Float64Array(count);
  const deviations = new Float64Array(count);
  const fx = new Float64Array(powers);
  const fh = new Float64Array(shapes);
  for (let n = 0; n < count; n++) {
    const place = seen + n;
    const reach = discrepancy.reach(positions[place]!);
    const { slow, fast } = reach;
    const log = Math.log(positions[place]!);
    for (let x = 0, c = POWERS; x < powers; x++, c++)
      if (moments.powers[x] !== 0) fx[x] = Math.exp(-alphas[x]! * log) - slow * told.slow[c]! - fast * told.fast[c]!;
    for (let h = 0, c = anneals; h < shapes; h++, c++)
      fh[h] = annealing[place * shapes + h]! - slow * told.slow[c]! - fast * told.fast[c]!;
    const carried = slow * told.slow[LOSSES]! + fast * told.fast[LOSSES]!;
    const { mean, square } = mixture(moments, 1 - slow * told.slow[ONE]! - fast * told.fast[ONE]!, fx, fh);
    const loss = carried + mean;
    losses[n] = loss;
    const variance = Math.max(0, square - mean * mean) + discrepancy.unknown(reach);
    deviations[n] = Math.sqrt(variance) / Math.max(loss, 1e-9);
  }
  return { losses, deviations };
}

/** Mean and mean square over the members at one place, where the floor enters by `f0`, powers by `fx`, annealing by `fh`. */
function mixture(
  { powers, e, ee, a, ea, aa, k, ek, kk, ak }: GridMoments,
  f0: number,
  fx: Float64Array,
  fh: Float64Array,
): { mean: number; square: number } {
  let mean = e * f0;
  let square = ee * f0 * f0;
  for (let h = 0; h < fh.length; h++) {
    mean += k[h]! * fh[h]!;
    square += fh[h]! * (kk[h]! * fh[h]! + 2 * f0 * ek[h]!);
  }
  for (let x = 0; x < fx.length; x++) {
    // Exponents that no member has add nothing: most of them.
    if (powers[x] === 0) continue;
    const f = fx[x]!;
    mean += a[x]! * f;
    let both = f0 * ea[x]!;
    for (let h = 0, at = x * fh.length; h < fh.length; h++, at++) both += ak[at]! * fh[h]!;
    square += f * (aa[x]! * f + 2 * both);
  }
  return { mean, square };
}
