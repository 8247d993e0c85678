// What deviations cost together: several of one run, prices that are not known, what costs nothing.
import type { Deviation } from '../api/shapes.js';
import { costOf } from './cost.js';

const exact = (value: number) => ({ value, lower: value, upper: value });

function deviation(run: string | null, share: number | null, usd: number | null, parts: Partial<Deviation> = {}) {
  const price = {
    compute_share: share === null ? null : exact(share),
    tokens: null,
    gpu_hours: usd === null ? null : exact(usd / 2),
    usd: usd === null ? null : exact(usd),
  };
  return { run, side: 'worse', false_alarm: false, price, ...parts } as Deviation;
}

describe('the cost of deviations', () => {
  it('adds up runs, each once by its dearest deviation', () => {
    const all = [deviation('a', 0.1, 100), deviation('a', 0.2, 200), deviation('b', 0.5, 40)];
    expect(costOf(all)).toEqual({ runs: 2, gpuHours: 120, usd: 240, unpriced: 0 });
  });

  it('says how many runs have no price', () => {
    expect(costOf([deviation('a', 0.1, 100), deviation('b', 0.5, null)])).toMatchObject({
      runs: 2,
      usd: 100,
      unpriced: 1,
    });
    expect(costOf([deviation('b', 0.5, null)])).toMatchObject({ runs: 1, usd: null, gpuHours: null });
  });

  it('is none of false alarms, of runs that are better, and of what lost nothing', () => {
    const none = [
      deviation('a', 0.1, 100, { false_alarm: true }),
      deviation('b', -0.1, -100, { side: 'better' }),
      deviation('c', null, null),
      deviation(null, 0.1, 100),
    ];
    expect(costOf(none)).toBeNull();
  });
});
