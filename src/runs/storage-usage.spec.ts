// Sizes foretold: with and without an end to the days of single points.
import { type StorageUsage, foretellStorage } from './storage-usage.js';

const usage: StorageUsage = {
  databaseBytes: 2_000,
  pointBytes: 1_000,
  bucketBytes: 500,
  runs: 2,
  records: 100,
  recordsLastWeek: 70,
};

it('adds all of each record where points are kept for ever', () => {
  expect(foretellStorage(usage, null)).toEqual({
    recordsPerDay: 10,
    bytesPerRecord: 15,
    bytesPerDay: 150,
    in30Days: 2_000 + 30 * 150,
    inAYear: 2_000 + 365 * 150,
  });
});

it('comes to rest but for buckets where they are not', () => {
  const { in30Days, inAYear } = foretellStorage(usage, 20);
  expect(in30Days).toBe(2_000 + 1_000 + 30 * 50);
  expect(inAYear).toBe(2_000 + 1_000 + 365 * 50);
});

it('shrinks where more is stored than the days hold', () => {
  expect(foretellStorage({ ...usage, recordsLastWeek: 0 }, 20).in30Days).toBe(1_000);
});

it('foretells what is there where nothing was ever stored', () => {
  const empty = { ...usage, pointBytes: 0, bucketBytes: 0, records: 0, recordsLastWeek: 0 };
  expect(foretellStorage(empty, null)).toMatchObject({ bytesPerRecord: 0, inAYear: 2_000 });
});
