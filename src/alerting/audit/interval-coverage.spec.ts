// Coverage of single values: what counts as inside at the band's edges, and where there is no band.
import { addCoverage, coverageOf } from './interval-coverage.js';

const DAY = 86_400_000;
const knots = [
  { step: 10, expected: 3, lower: 2, upper: 4 },
  { step: 20, expected: 2, lower: 1, upper: 3 },
];
const point = (step: number, value: number, time = 0) => ({ step, time, value });

describe('the share of values in their band', () => {
  it('counts a value on the edge as inside, and those beyond it by side, with the band straight between knots', () => {
    const points = [point(10, 4), point(15, 3.5), point(15, 3.51), point(15, 1.5), point(15, 1.49), point(20, 1)];
    expect(coverageOf({ points, knots }).get(0)).toEqual({ points: 6, below: 1, above: 1 });
  });

  it('leaves out values before the first knot, behind the last, and those that are not finite', () => {
    const points = [point(9, 3), point(15, Number.NaN), point(15, 2), point(21, 2)];
    expect(coverageOf({ points, knots }).get(0)).toEqual({ points: 1, below: 0, above: 0 });
    expect(coverageOf({ points, knots: [] }).size).toBe(0);
  });

  it('is by the day of each record, and adds up over stretches', () => {
    const sum = coverageOf({ points: [point(12, 2.5, DAY - 1), point(13, 9, DAY)], knots });
    addCoverage(sum, coverageOf({ points: [point(14, 0, DAY + 5)], knots }));
    expect([...sum]).toEqual([
      [0, { points: 1, below: 0, above: 0 }],
      [1, { points: 2, below: 1, above: 1 }],
    ]);
  });
});
