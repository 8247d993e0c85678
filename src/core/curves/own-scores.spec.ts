// Own scores beside the table's.
import { pooledQuantile } from './own-scores.js';

const table = (level: number): number => 2 * level;
const scores = (count: number, share: number, score: number) => Array.from({ length: count }, () => ({ share, score }));

describe('the quantile of misses', () => {
  it('is the table’s where there are none of one’s own, or only from other stages', () => {
    expect(pooledQuantile(table, [], 0.4, 0.9)).toBe(1.8);
    expect(pooledQuantile(table, scores(50, 0.8, 9), 0.4, 0.9)).toBe(1.8);
  });

  it('moves little by one run and nearly all the way by many', () => {
    expect(pooledQuantile(table, scores(1, 0.4, 1), 0.4, 0.9)).toBeCloseTo(1.8, 0);
    expect(pooledQuantile(table, scores(400, 0.4, 5), 0.4, 0.9)).toBe(5);
  });

  it('leaves at least the share asked for above it: of 19 scores the 95 % quantile is the largest', () => {
    const own = Array.from({ length: 400 }, (_, i) => ({ share: 0.4, score: 10 + i / 400 }));
    const above = own.filter(({ score }) => score > pooledQuantile(table, own, 0.4, 0.9)).length;
    expect(above / own.length).toBeLessThanOrEqual(0.105);
  });
});
