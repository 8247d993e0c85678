// Buckets count every row once, keep every extreme, and never span what they hold nothing of.
import { bucket, bucketsOf } from './buckets-of.js';

interface Row {
  seq: number;
  step: number;
  value: number;
  late: boolean;
}
const row = (seq: number, step: number, value: number, late = false): Row => ({ seq, step, value, late });
const columns = (rows: Row[]) => ({
  places: {
    seqs: Float64Array.from(rows, ({ seq }) => seq),
    steps: Float64Array.from(rows, ({ step }) => step),
    times: Float64Array.from(rows, ({ step }) => step * 10),
    late: Uint8Array.from(rows, ({ late }) => (late ? 1 : 0)),
  },
  values: Float64Array.from(rows, ({ value }) => value),
});
const whole = (rows: Row[]) => bucket({ ...columns(rows).places, values: columns(rows).values }, 0, rows.length);

it('counts every row once and loses no extreme', () => {
  const rows = Array.from({ length: 512 }, (_, n) => row(n + 1, n, n === 300 ? 1e9 : n === 77 ? -1e9 : 1));
  const buckets = bucketsOf(columns(rows), 64);
  expect(buckets).toHaveLength(8);
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(512);
  expect(Math.max(...buckets.map(({ max }) => max!))).toBe(1e9);
  expect(Math.min(...buckets.map(({ min }) => min!))).toBe(-1e9);
});

it('gives late rows buckets of their own, apart where they lie far from each other', () => {
  const rows = Array.from({ length: 100 }, (_, n) => row(n + 1, 1000 + n, 1));
  const late = [row(101, 5, 2, true), row(102, 990, 3, true), row(103, 991, 4, true)];
  const buckets = bucketsOf(columns([...rows, ...late]), 64).sort((a, b) => a.stepFrom - b.stepFrom);
  expect(buckets.map(({ stepFrom, stepTo, count }) => [stepFrom, stepTo, count])).toEqual([
    [5, 5, 1],
    [990, 991, 2],
    [1000, 1063, 64],
    [1064, 1099, 36],
  ]);
});

it('leaves values that are not finite out of the extremes and counts them', () => {
  expect(whole([row(1, 1, NaN), row(2, 2, 3), row(3, 3, Infinity), row(4, 4, 5)])).toEqual({
    ...{ stepFrom: 1, stepTo: 4, timeFrom: 10, timeTo: 40, count: 4, nonfinite: 2, min: 3, max: 5, mean: 4 },
  });
  expect(whole([row(1, 1, NaN)])).toMatchObject({ nonfinite: 1, min: null, max: null, mean: null });
});

it('has a finite mean of values whose sum is not finite', () => {
  expect(whole([row(1, 1, 1.6e308), row(2, 2, 1.6e308)]).mean).toBe(1.6e308);
});
