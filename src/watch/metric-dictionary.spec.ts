// The columns of a run's rows: names in any order, absent ones, new ones.
import { MetricDictionary } from './metric-dictionary.js';

test('names in the order of first sight fill the row from the left', () => {
  const dictionary = new MetricDictionary([]);
  expect(dictionary.row({ loss: 2.5, lr: 3e-4 })).toEqual([2.5, 3e-4]);
  expect(dictionary.row({ loss: NaN, lr: 0 })).toEqual([NaN, 0]);
  expect(dictionary.names).toEqual(['loss', 'lr']);
});

test('a record in another order lands in the same columns', () => {
  const dictionary = new MetricDictionary(['loss', 'lr', 'tokens']);
  expect(dictionary.row({ tokens: 3, loss: 1, lr: 2 })).toEqual([1, 2, 3]);
});

test('absent names are null, at the end and in between, and none is a hole', () => {
  const dictionary = new MetricDictionary(['loss', 'lr', 'tokens']);
  for (const row of [dictionary.row({ loss: 1 }), dictionary.row({ loss: 1, tokens: 3 }), dictionary.row({})]) {
    expect(row).toHaveLength(3);
    expect(Object.keys(row)).toEqual(['0', '1', '2']);
  }
  expect(dictionary.row({ loss: 1, tokens: 3 })).toEqual([1, null, 3]);
});

test('a new name between known ones gets the next column, whatever its place in the record', () => {
  const dictionary = new MetricDictionary(['loss', 'lr']);
  expect(dictionary.row({ grad_norm: 9, loss: 1 })).toEqual([1, null, 9]);
  expect(dictionary.row({ loss: 1, acc: 0.5, lr: 2, f1: 0.25 })).toEqual([1, 2, null, 0.5, 0.25]);
  expect(dictionary.names).toEqual(['loss', 'lr', 'grad_norm', 'acc', 'f1']);
});

test('values go back to their names, the absent ones left out', () => {
  const dictionary = new MetricDictionary(['loss', 'lr', 'tokens']);
  expect(dictionary.named(dictionary.row({ tokens: 3, loss: -0 }))).toEqual({ loss: -0, tokens: 3 });
});
