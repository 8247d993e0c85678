// Circles of fallbacks: found once each, whatever leads into them.
import { fallbackCircles } from './fallback-circles.js';

const circles = (ways: Record<string, string | null>) => fallbackCircles(new Map(Object.entries(ways)));

it('finds none where each way has an end', () => {
  expect(circles({ a: 'b', b: 'c', c: null, d: 'c' })).toEqual([]);
});

it('finds a channel that falls back to itself', () => {
  expect(circles({ a: 'a', b: null })).toEqual([['a', 'a']]);
});

it('finds each circle once, without the channels that only lead into it', () => {
  expect(circles({ way: 'in', in: 'a', a: 'b', b: 'a', x: 'y', y: 'x' })).toEqual([
    ['a', 'b', 'a'],
    ['x', 'y', 'x'],
  ]);
});
