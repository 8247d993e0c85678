// The text of a series against what JSON.stringify makes of the same buckets.
import fc from 'fast-check';
import type { SeriesBucket } from '../../../runs/run-reader.js';
import { seriesText } from './series-text.js';

const plainText = (buckets: readonly SeriesBucket[]): string =>
  JSON.stringify({
    items: buckets.map((bucket) => ({
      ...{ attempt: bucket.attempt, step_from: bucket.stepFrom, step_to: bucket.stepTo },
      ...{ time_from: new Date(bucket.timeFrom).toISOString(), time_to: new Date(bucket.timeTo).toISOString() },
      ...{ count: bucket.count, nonfinite: bucket.nonfinite, min: bucket.min, max: bucket.max, mean: bucket.mean },
    })),
    next: null,
  });

const whole = fc.nat(Number.MAX_SAFE_INTEGER);
const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const time = fc.oneof(
  fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
  fc.double({ min: 0, max: 2e12, noNaN: true }),
  fc.nat(2 ** 31).map((seconds) => seconds * 1000),
);
const buckets = fc.array(
  fc.record<SeriesBucket>({
    ...{ attempt: whole, stepFrom: whole, stepTo: whole, timeFrom: time, timeTo: time, count: whole },
    ...{ nonfinite: whole, min: value, max: value, mean: value },
  }),
);

it('writes any buckets digit for digit as JSON does, times before 1970 and behind the year 9999 included', () => {
  fc.assert(fc.property(buckets, (some) => seriesText(some) === plainText(some)));
});

it.each([
  ['the last millisecond of a day', Date.UTC(2026, 1, 28, 23, 59, 59, 999)],
  ['the first one of the next', Date.UTC(2026, 2, 1)],
  ['the last one of the year 9999', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ['the first one behind it', Date.UTC(10_000, 0, 1)],
])('keeps %s', (_, ms) => {
  const bucket: SeriesBucket = {
    ...{ attempt: 1, stepFrom: 0, stepTo: 9, timeFrom: ms - 1, timeTo: ms, count: 10, nonfinite: 10 },
    ...{ min: null, max: null, mean: null },
  };
  expect(seriesText([bucket, bucket])).toBe(plainText([bucket, bucket]));
});

it('is an empty list without buckets', () => {
  expect(seriesText([])).toBe('{"items":[],"next":null}');
});
