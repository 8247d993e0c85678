// Planned batch sizes: what a step has, and tokens by step and back, at the edges of each stretch.
import { nextBatch, plannedBatch, stepOfTokens, tokensAt } from './batch-schedule.js';
import { decodeRunAnnouncement } from './run-announcement.js';

const sizes: [number, number][] = [
  [0, 100],
  [10, 200],
  [30, 400],
];

it.each([
  [0, 100],
  [9, 100],
  [10, 200],
  [29, 200],
  [1_000, 400],
])('a step %i has the size that was planned last before it', (step, size) => {
  expect(plannedBatch(sizes, step)).toBe(size);
});

it('the first size holds also before its step; without a schedule nothing is known', () => {
  expect(plannedBatch([[5, 8]], 0)).toBe(8);
  expect(tokensAt({ batch_schedule: [[5, 8]] }, 10)).toBe(80);
  expect(plannedBatch(undefined, 0)).toBeNaN();
});

it('the next change passes over sizes that stay the same', () => {
  const same: [number, number][] = [...sizes.slice(0, 2), [20, 200], [30, 400]];
  expect(nextBatch(same, 10)).toEqual({ step: 30, tokens: 400 });
  expect(nextBatch(same, 30)).toBeNull();
});

it.each([
  [0, 0],
  [10, 1_000],
  [20, 3_000],
  [30, 5_000],
  [31, 5_400],
])('by step %i %i tokens are trained, and back', (step, tokens) => {
  expect(tokensAt({ batch_schedule: sizes, tokens_per_step: 7 }, step)).toBe(tokens);
  expect(stepOfTokens({ batch_schedule: sizes, tokens_per_step: 7 }, tokens)).toBe(step);
});

it('tokens a step count where there is no schedule', () => {
  expect(tokensAt({ tokens_per_step: 7 }, 10)).toBe(70);
  expect(stepOfTokens({ tokens_per_step: 7 }, 70)).toBe(10);
  expect([tokensAt({}, 1), stepOfTokens({}, 1)]).toEqual([undefined, undefined]);
});

describe('an announcement', () => {
  it('carries a schedule of batches', () => {
    const decoded = decodeRunAnnouncement({ run: 'a', batch_schedule: sizes });
    expect(decoded).toMatchObject({ ok: true, value: { metadata: { batch_schedule: sizes } }, ignored: [] });
  });

  it.each([
    [[], 'batch_schedule'],
    [
      [
        [10, 100],
        [10, 200],
      ],
      'batch_schedule',
    ],
    [
      [
        [0, 100],
        [5.5, 200],
      ],
      'batch_schedule.1.0',
    ],
    [[[0, 0]], 'batch_schedule.0.1'],
    [[[0, '100']], 'batch_schedule.0.1'],
    [512, 'batch_schedule'],
  ])('with %j is refused by its field, with the fix', (batch_schedule, field) => {
    const fix = 'send [[step, tokens a step], …], the steps rising';
    expect(decodeRunAnnouncement({ run: 'a', batch_schedule })).toMatchObject({ ok: false, rejection: { field, fix } });
  });
});
