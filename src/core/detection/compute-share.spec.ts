// The price of an offset against curves whose answer is known.
import { computeShare } from './compute-share.js';

describe('what an offset of the loss is worth', () => {
  it('is the share of compute that was planted on a power law', () => {
    const [slow, fast, u] = [0.02, 0.3, 1.5];
    const at = (v: number): number => (slow * (Math.exp(-0.1 * v) - 1)) / 0.1 + (fast * (Math.exp(-0.6 * v) - 1)) / 0.6;
    for (const share of [0.05, 0.1, 0.3, 0.6])
      expect(computeShare(slow, fast, u, at(u + Math.log(1 - share)) - at(u))).toBeCloseTo(share, 9);
  });

  it('is negative for a run that is better', () => {
    expect(computeShare(0.05, 0, 1, -0.01)).toBeLessThan(0);
  });

  it('is not told where the curve does not fall', () => {
    expect(computeShare(0, 0, 1, 0.1)).toBeNull();
    expect(computeShare(-0.1, 0.01, 1, 0.1)).toBeNull();
  });
});
