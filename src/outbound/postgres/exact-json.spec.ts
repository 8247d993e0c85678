// Numbers that plain JSON turns into null or 0 come back as what they were.
import { fromJson, toJson, toJsonText } from './exact-json.js';

it('keeps NaN, infinities and -0 wherever they are', () => {
  const value = { a: [NaN, { b: -Infinity }], zero: -0, plain: [0, 1.5, 'NaN', null, true, {}] };
  expect(fromJson(JSON.parse(toJsonText(value)))).toEqual(value);
});

it('is plain JSON where the numbers are', () => {
  const value = { a: [1, 'two', null], b: { c: false } };
  expect(toJson(value)).toEqual(value);
});
