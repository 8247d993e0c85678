// Joined buckets lose no extreme and no count, whatever the order they were written in.
import { type BucketColumns, joinBuckets } from './joined-buckets.js';

interface Row {
  attempt?: number;
  step: number;
  count?: number;
  nonfinite?: number;
  min: number;
  max: number;
  mean: number;
}

function columnsOf(rows: readonly Row[]): BucketColumns {
  const column = (read: (row: Row) => number): Float64Array => Float64Array.from(rows, read);
  return {
    attempt: column(({ attempt }) => attempt ?? 1),
    stepFrom: column(({ step }) => step),
    stepTo: column(({ step }) => step + 9),
    timeFrom: column(({ step }) => 1000 * step),
    timeTo: column(({ step }) => 1000 * (step + 9)),
    count: column(({ count }) => count ?? 10),
    nonfinite: column(({ nonfinite }) => nonfinite ?? 0),
    min: column(({ min }) => min),
    max: column(({ max }) => max),
    mean: column(({ mean }) => mean),
  };
}
const flat = (step: number, value: number): Row => ({ step, min: value, max: value, mean: value });

describe('joined buckets', () => {
  it('keep the extremes of each, and weigh the means by their finite values', () => {
    const rows = [
      { step: 0, min: 1, max: 900, mean: 10, count: 10, nonfinite: 4 },
      { step: 10, min: -50, max: 3, mean: 2, count: 2 },
      flat(20, 7),
    ];
    expect(joinBuckets(columnsOf(rows), 2)).toEqual([
      {
        ...{ attempt: 1, stepFrom: 0, stepTo: 19, timeFrom: 0, timeTo: 19_000, count: 12, nonfinite: 4 },
        ...{ min: -50, max: 900, mean: 8 },
      },
      {
        ...{ attempt: 1, stepFrom: 20, stepTo: 29, timeFrom: 20_000, timeTo: 29_000, count: 10, nonfinite: 0 },
        ...{ min: 7, max: 7, mean: 7 },
      },
    ]);
  });

  it('find a single outlier among thousands, in the bucket that its step lies in', () => {
    const rows = Array.from({ length: 1_953 }, (_, n) => ({ ...flat(10 * n, 2), max: n === 1_234 ? 1e6 : 2 }));
    const joined = joinBuckets(columnsOf(rows), 1_000);
    expect(joined).toHaveLength(977);
    const peaks = joined.filter(({ max }) => max === 1e6);
    expect(peaks).toHaveLength(1);
    expect(peaks[0]).toMatchObject({ stepFrom: 12_340, stepTo: 12_359 });
    expect(joined.reduce((sum, { count }) => sum + count, 0)).toBe(19_530);
  });

  it('never span two attempts, and lie in order though written out of it', () => {
    const rows = [{ ...flat(0, 1), attempt: 2 }, flat(20, 3), flat(0, 4), { ...flat(10, 2), attempt: 2 }, flat(10, 5)];
    const joined = joinBuckets(columnsOf(rows), 3);
    expect(joined.map(({ attempt, stepFrom, stepTo }) => [attempt, stepFrom, stepTo])).toEqual([
      [1, 0, 19],
      [1, 20, 29],
      [2, 0, 19],
    ]);
  });

  it('hold means near the largest double of either sign', () => {
    const [joined] = joinBuckets(columnsOf([flat(0, 1.7e308), flat(10, -1.7e308), flat(20, 1.7e308)]), 1);
    expect(joined).toMatchObject({ min: -1.7e308, max: 1.7e308 });
    expect(joined!.mean! / 1.7e308).toBeCloseTo(1 / 3);
  });

  it('without a finite value have no extremes', () => {
    const none = { step: 0, min: NaN, max: NaN, mean: NaN, count: 3, nonfinite: 3 };
    expect(joinBuckets(columnsOf([none, { ...none, step: 10 }]), 1)).toMatchObject([
      { count: 6, nonfinite: 6, min: null, max: null, mean: null },
    ]);
    expect(joinBuckets(columnsOf([none, flat(10, 4)]), 1)).toMatchObject([{ nonfinite: 3, min: 4, max: 4, mean: 4 }]);
  });

  it('of none are none', () => {
    expect(joinBuckets(columnsOf([]), 100)).toEqual([]);
  });
});
