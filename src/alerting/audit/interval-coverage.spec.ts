// Coverage of single values: what counts as inside at the band's edges, where there is no band, and by what it is split.
import { coverageOf } from './interval-coverage.js';

const DAY = 86_400_000;
const knots = [
  { step: 10, expected: 3, lower: 2, upper: 4 },
  { step: 20, expected: 2, lower: 1, upper: 3 },
];
const point = (step: number, value: number, time = 0) => ({ step, time, value });
const unknown = { day: 0, stage: null };

describe('the share of values in their band', () => {
  it('counts a value on the edge as inside, and those beyond it by side, with the band straight between knots', () => {
    const points = [point(10, 4), point(15, 3.5), point(15, 3.51), point(15, 1.5), point(15, 1.49), point(20, 1)];
    expect(coverageOf({ points, knots }, null)).toEqual([{ ...unknown, points: 6, below: 1, above: 1 }]);
  });

  it('leaves out values before the first knot, behind the last, and those that are not finite', () => {
    const points = [point(9, 3), point(15, Number.NaN), point(15, 2), point(21, 2)];
    expect(coverageOf({ points, knots }, null)).toEqual([{ ...unknown, points: 1, below: 0, above: 0 }]);
    expect(coverageOf({ points, knots: [] }, null)).toEqual([]);
  });

  it('is by the day of each record and the share of training behind it', () => {
    const points = [point(12, 2.5, DAY - 1), point(13, 9, DAY), point(20, 0, DAY + 5), point(20, 2, 2 * DAY - 1)];
    expect(coverageOf({ points, knots }, 65)).toEqual([
      { day: 0, stage: 0, points: 1, below: 0, above: 0 },
      { day: 1, stage: 0, points: 1, below: 0, above: 1 },
      { day: 1, stage: 1, points: 2, below: 1, above: 0 },
    ]);
  });
});
