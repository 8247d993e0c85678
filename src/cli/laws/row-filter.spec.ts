// `--where` and `--exclude` expressions.
import { rowFilter } from './row-filter.js';

const columns = ['tokens', 'setting', 'final loss'];
const row = { tokens: 2e9, setting: 'base/short', 'final loss': 3.1 };

describe('rowFilter', () => {
  it.each([
    ['tokens = 2e9', true],
    ['tokens != 2000000000', false],
    ['tokens < 2e9', false],
    ['tokens <= 2e9', true],
    ['tokens>=1e9 and setting = base/short', true],
    ['tokens > 1e9 and setting != base/short', false],
    ['"final loss" < 3.2', true],
    ['setting = "base/short"', true],
  ])('%s', (expression, wanted) => {
    expect(rowFilter(expression, columns)(row)).toBe(wanted);
  });

  it('compares an empty cell with no number', () => {
    expect(rowFilter('tokens < 5', columns)({ setting: 'x' })).toBe(false);
    expect(rowFilter('tokens != 5', columns)({ setting: 'x' })).toBe(true);
    expect(rowFilter('tokens = 0', columns)({ tokens: null })).toBe(false);
    expect(rowFilter('tokens < 5', columns)({ tokens: null })).toBe(false);
  });

  it.each([
    ['tokens', 'cannot be read'],
    ['tokens = 1 and', 'cannot be read'],
    ['tokens < many', 'which is no number'],
    ['epochs = 1', 'asks for column epochs'],
  ])('%s is refused: %s', (expression, why) => {
    expect(() => rowFilter(expression, columns)).toThrow(why);
  });
});
