// Two seconds' worth at once, then as many as fill up again; each sender by itself.
import { RequestRate } from './request-rate.js';

let now = 1_000;
const taken = (rate: RequestRate, sender: string, tries: number): number =>
  Array.from({ length: tries }, () => rate.take(sender)).filter((wait) => wait === 0).length;

it('takes two seconds of requests at once, then the rate', () => {
  const rate = new RequestRate(10, () => now);
  expect(taken(rate, 'a', 100)).toBe(20);
  now += 500;
  expect(taken(rate, 'a', 100)).toBe(5);
  now += 3_600_000;
  expect(taken(rate, 'a', 100)).toBe(20);
});

it('says after how many whole seconds the next one is taken', () => {
  const rate = new RequestRate(0.25, () => now);
  expect(rate.take('a')).toBe(2);
  const brisk = new RequestRate(10, () => now);
  taken(brisk, 'a', 20);
  expect(brisk.take('a')).toBe(1);
});

it('counts each sender by itself, and a clock set back takes nothing away', () => {
  const rate = new RequestRate(1, () => now);
  expect([taken(rate, 'a', 5), taken(rate, 'b', 5)]).toEqual([2, 2]);
  now -= 60_000;
  expect(taken(rate, 'c', 5)).toBe(2);
  expect(rate.take('a')).toBe(1);
});
