// Where a law is asked far from its runs: intervals grow along the axis that is asked, and each axis has its own warning.
import { ladder, planted } from '../../../test/laws/planted.js';
import { beyondTable } from './beyond-table.js';
import { chinchilla } from './chinchilla.js';
import { fitLaw } from './fit-law.js';
import { placeAsked, predict } from './predict.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const options = { bootstrap: 0, seed: 1, delta: 1e-3, level: 0.9 };
const columns = { params: 'N', tokens: 'D', compute: null, loss: 'loss' };
const fitted = (places: { params: number; tokens: number }[], law = 'auto') =>
  fitLaw(
    planted(places, (place) => chinchilla.loss(truth, place), 0.003),
    { law, ...options, columns },
  );
const both = fitted(ladder(5, 5));
const oneSize = fitted(ladder(1, 9, { from: 1e8 }));
const lockStep = fitted([1e7, 4e7, 2e8, 8e8, 3e9, 1e10].map((params) => ({ params, tokens: 20 * params })));
const widthAt = (document: typeof both, asked: Parameters<typeof predict>[1]): number => {
  const { lower, upper } = predict(document, asked, 0.9);
  return Math.log(upper / lower);
};

it('widens the interval of a law of D alone as far as D is asked, N given or not', () => {
  const [near, far] = [widthAt(oneSize, { tokens: 1e12 }), widthAt(oneSize, { tokens: 1e15 })];
  expect(far).toBeGreaterThan(2 * near);
  expect(far).toBeCloseTo(widthAt(oneSize, { params: 1e8, tokens: 1e15 }), 9);
});

it('widens the interval of a law of N alone as far as N is asked', () => {
  const law = fitted(ladder(9, 1), 'kaplan-n');
  expect(widthAt(law, { params: 1e13 })).toBeGreaterThan(1.2 * widthAt(law, { params: 1e10 }));
});

it('does not answer for N alone by a law of compute', () => {
  expect(() => predict(lockStep, { params: 1e12 }, 0.9)).toThrow('predicts from compute');
});

it('says nothing of places that the table bears out', () => {
  for (const asked of [{ params: 1e9, tokens: 1e11 }, { params: 2e10, tokens: 3e11 }, { compute: 1e22 }])
    expect(beyondTable(both, placeAsked(both, asked))).toEqual([]);
  expect(beyondTable(oneSize, placeAsked(oneSize, { tokens: 1e12 }))).toEqual([]);
});

it.each([
  ['compute past what refits were tried at, said once', both, { params: 1e13, tokens: 1e15 }, /^6.0e28 FLOP is beyond/],
  ['a tiny model on a sea of data, within the compute', both, { params: 1e8, tokens: 1e14 }, /^D 1e14 is 100 times/],
  ['a model far below the smallest', both, { params: 1e5, tokens: 1e12 }, /^N 1e5 is 100 times below/],
  ['another size where N never varied', oneSize, { params: 1e9, tokens: 1e10 }, /^all runs have N 1e8, .* of N 1e9$/],
])('%s', (_title, document, asked, said) => {
  const found = beyondTable(document, placeAsked(document, asked));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(said);
});
