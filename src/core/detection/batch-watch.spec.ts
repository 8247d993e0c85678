// The size of the batch, by the plan and by the tokens logged.
import { noise } from '../../../test/detection/noise.js';
import { BATCH_SIZE, BatchWatch, plannedTokens } from './batch-watch.js';

const fresh = (): BatchWatch => new BatchWatch(new Float64Array(BATCH_SIZE), 0);

it('the plan has each size from its step on, the first also before it, and none where there is no plan', () => {
  const plan = [
    [10, 100],
    [20, 400],
    [30, 50],
  ] as const;
  expect([0, 10, 19, 20, 29, 30, 1e9].map((step) => plannedTokens(plan, step))).toEqual([
    ...[100, 100, 100, 400, 400, 50, 50],
  ]);
  expect(plannedTokens(null, 3)).toBeNaN();
});

it('the tokens logged show another size once eight points agree on it, and at once where it is the planned one', () => {
  const found = (planned: number): number[] => {
    const watch = fresh();
    let tokens = 0;
    const at: number[] = [];
    for (let step = 1; step <= 60; step++) {
      tokens += step <= 30 ? 100 : 400;
      if (watch.push(tokens, planned, step) === 4) at.push(step);
    }
    expect(watch.cooling).toBeCloseTo(0.5, 12);
    return at;
  };
  expect(found(NaN)).toEqual([38]);
  expect(found(400)).toEqual([31]);
});

it('steps that differ in their tokens, as packed samples do, are no change of the batch', () => {
  const watch = fresh();
  const draw = noise(3);
  let tokens = 0;
  for (let step = 1; step <= 20_000; step++) {
    tokens += 1_000 * Math.max(0.1, 1 + 0.3 * draw());
    watch.push(tokens, NaN, step);
  }
  expect(watch.hint(0, Infinity)).toBeNull();
});

it('what was planned keeps its ratio where the log begins to tell tokens, and counts them in another unit', () => {
  const watch = fresh();
  for (let step = 1; step <= 40; step++) watch.push(NaN, step < 20 ? 100 : 400, step);
  expect(watch.cooling).toBeCloseTo(0.5, 12);
  for (let step = 41; step <= 80; step++) watch.push(7 * step, 400, step);
  expect(watch.cooling).toBeCloseTo(0.5, 12);
  // From now on the log tells: the plan alone changes nothing.
  expect(watch.push(NaN, 1_600, 81)).toBe(1);
});

it('a batch that shrank against the plan is told of, and explains nothing', () => {
  const watch = fresh();
  let tokens = 0;
  for (let step = 1; step <= 60; step++) expect(watch.push((tokens += step <= 30 ? 400 : 100), 400, step)).toBe(1);
  expect(watch.cooling).toBe(1);
  expect(watch.hint(31, 0)).toBe('a step has 100 tokens since step 31, before 400');
});
