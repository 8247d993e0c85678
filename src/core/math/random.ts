// Seeded random numbers for bootstraps: the same seed always gives the same draws.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform numbers in [0, 1). */
export type Uniform = () => number;

export function seededUniform(seed: number): Uniform {
  const generator = xoroshiro128plus(seed | 0);
  return () => uniformFloat64(generator);
}

/** A standard normal number (Box and Muller 1958). */
export const normalFrom = (uniform: Uniform): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** How often each of `n` rows is drawn in `n` draws with replacement. */
export function resampleCounts(n: number, uniform: Uniform, out = new Float64Array(n)): Float64Array {
  out.fill(0);
  for (let i = 0; i < n; i++) out[Math.floor(uniform() * n)]! += 1;
  return out;
}
