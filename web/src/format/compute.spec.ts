// A deviation's worth in compute: lost shares, gains of many times, intervals.
import { computeText } from './compute.js';

const priced = (side: 'worse' | 'better', value: number, lower: number, upper: number) => ({
  side,
  price: { compute_share: { value, lower, upper }, tokens: null, gpu_hours: null, usd: null },
});

describe('the worth of a deviation', () => {
  it('is the share lost, with its interval', () => {
    expect(computeText(priced('worse', 0.79, 0.469, 0.908))).toBe('79\u202f% (47\u202f% to 91\u202f%)');
  });

  it('of a better run is how far it is ahead, the smaller end first, in times its compute beyond twice of it', () => {
    expect(computeText(priced('better', -0.12, -0.18, -0.07))).toBe('12\u202f% (7.0\u202f% to 18\u202f%)');
    expect(computeText(priced('better', -19.09, -19.09, -5.7))).toBe('19× (5.7× to 19×)');
  });

  it('is one figure where both ends read the same', () => {
    expect(computeText(priced('worse', 0.981, 0.98, 0.982))).toBe('98\u202f%');
  });

  it('is none where nothing was priced, or nothing was lost', () => {
    expect(computeText(priced('worse', -0.02, -0.05, 0.01))).toBeNull();
    expect(
      computeText({ side: 'worse', price: { compute_share: null, tokens: null, gpu_hours: null, usd: null } }),
    ).toBeNull();
  });
});
