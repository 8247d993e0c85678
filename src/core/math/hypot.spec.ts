// Against the language's own, bit for bit: forecasts have to stay what they are.
import fc from 'fast-check';
import { hypot, hypotOfFour } from './hypot.js';

const numbers = fc.double({ noNaN: true });

describe('the root of a sum of squares', () => {
  it('of two numbers is that of the language to the last bit', () => {
    fc.assert(fc.property(numbers, numbers, (a, b) => Object.is(hypot(a, b), Math.hypot(a, b))));
  });

  it('of four numbers is that of the language to the last bit', () => {
    const usual = fc.double({ noNaN: true, min: -1e3, max: 1e3 });
    for (const kind of [numbers, usual])
      fc.assert(
        fc.property(kind, kind, kind, kind, (a, b, c, d) => Object.is(hypotOfFour(a, b, c, d), Math.hypot(a, b, c, d))),
        { numRuns: 1_000 },
      );
  });

  it('of what is no number is none', () => {
    expect(hypot(NaN, 1)).toBeNaN();
    expect(hypotOfFour(1, 2, NaN, 4)).toBeNaN();
  });
});
