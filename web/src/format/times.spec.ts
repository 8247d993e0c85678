// How long ago a run was heard of: news may be newer than the clock that the page last read.
import { agoText } from './times.js';

it.each([
  [999_500, '0\u202fs ago'],
  [1_000_700, '0\u202fs ago'],
  [940_000, '1\u202fmin ago'],
])('heard at %i ms by a clock at 1,000,000 ms reads %s', (at, text) => {
  expect(agoText(at, 1_000_000)).toBe(text);
});
