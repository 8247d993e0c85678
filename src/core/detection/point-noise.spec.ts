// Bands of single values where neighbouring values stray together.
import { JUDGE_SIZE } from './judge-slots.js';
import { PointNoise } from './point-noise.js';

/** Normal noise by a fixed generator (Park and Miller 1988; Box and Muller 1958). */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Share of values within 90 % bands, where each value takes over `kept` of how far the one before was off. */
function held(kept: number, width: (noise: PointNoise) => number): number {
  const noise = new PointNoise(new Float64Array(JUDGE_SIZE), null);
  const next = normals(7);
  let [off, inside] = [0, 0];
  for (let i = 0; i < 6_000; i++) {
    off = kept * off + 0.01 * next();
    if (i >= 1_000 && Math.abs(off) <= 1.645 * width(noise)) inside++;
    noise.learn(off);
  }
  return inside / 5_000;
}

describe('the band of a single value', () => {
  it.each([0, 0.4, 0.7])('holds nine values in ten where each keeps %p of how far the one before was off', (kept) => {
    const share = held(kept, (noise) => noise.spread());
    expect(share).toBeGreaterThan(0.87);
    expect(share).toBeLessThan(0.93);
  });

  it('would hold too few by the differences of neighbours alone', () => {
    expect(held(0.7, (noise) => noise.deviation())).toBeLessThan(0.75);
  });
});
