// Numbers as people read them, at the edges of their formats.
import { metricText, percentText, runDaysText, sizeText } from './numbers.js';

describe('a metric', () => {
  it.each([
    [2.0629, '2.063'],
    [-2.99, '−2.990'],
    [0, '0'],
    [3e-4, '3e−4'],
    [1.234e-5, '1.23e−5'],
    [1e13, '10T'],
    [1.0112e13, '10.11T'],
    [2_500_000, '2.5M'],
    [999_999.9, '1M'],
    [1.2e20, '1.20e20'],
    [NaN, 'NaN'],
    [-Infinity, '−∞'],
    [null, '–'],
  ])('of %p is %p', (value, text) => expect(metricText(value)).toBe(text));
});

describe('sizes and shares', () => {
  it('say trillions by their letter', () => expect(sizeText(1.8e13)).toBe('18T'));
  it('have no more digits than they need', () => {
    expect(percentText(0.124)).toBe('12\u202f%');
    expect(percentText(0.0241)).toBe('2.4\u202f%');
    expect(percentText(0.00012)).toBe('0.012\u202f%');
  });
});

describe('time that runs were judged for', () => {
  it.each([
    [0.0044, '6.3\u202frun-minutes'],
    [0.5, '12\u202frun-hours'],
    [1, '1\u202frun-day'],
    [12.34, '12\u202frun-days'],
    [0, '0\u202frun-days'],
  ])('of %p days is %p', (days, text) => expect(runDaysText(days)).toBe(text));
});
