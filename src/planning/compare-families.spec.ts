// The compute multiplier between two families of known laws, against the closed form.
import { chinchilla } from '../core/laws/chinchilla.js';
import { fitLaw } from '../core/laws/fit-law.js';
import type { LawDocument } from '../core/laws/law-document.js';
import { type Place } from '../core/laws/run-table.js';
import { ladder, planted } from '../../test/laws/planted.js';
import { compareFamilies } from './compare-families.js';

const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };

function fitted(law: (place: Place) => number, noise: number, seed: number, places = ladder(6, 6)): LawDocument {
  const options = { law: 'chinchilla', delta: 1e-3, bootstrap: 100, seed: 1, level: 0.9, columns };
  return fitLaw(planted(places, law, noise, seed), options);
}
/** The family whose runs are worth `times` their compute. */
const worth =
  (times: number) =>
  ({ params, tokens }: Place): number =>
    chinchilla.loss(truth, { params: params * Math.sqrt(times), tokens: tokens * Math.sqrt(times), compute: NaN });

it('finds that each FLOP of B is worth two, at every scale, and calls it real', () => {
  const { scales, verdict, growth_per_tenfold } = compareFamilies(
    fitted(worth(1), 0.002, 1),
    fitted(worth(2), 0.002, 2),
    0.9,
  );
  expect(scales).toHaveLength(3);
  for (const { multiplier, lower, upper, within_both } of scales) {
    expect(Math.abs(multiplier / 2 - 1)).toBeLessThan(0.15);
    expect(lower).toBeLessThan(multiplier);
    expect(upper).toBeGreaterThan(multiplier);
    expect(within_both).toBe(true);
  }
  expect(verdict).toBe('B needs less compute');
  expect(growth_per_tenfold).toBeCloseTo(1, 1);
});

it('is one over itself the other way round, to a few parts in a hundred', () => {
  const [a, b] = [fitted(worth(1), 0.002, 1), fitted(worth(2), 0.002, 2)];
  const at = [1e20];
  const [there, back] = [compareFamilies(a, b, 0.9, at), compareFamilies(b, a, 0.9, at)];
  expect(back.verdict).toBe('A needs less compute');
  expect(there.scales[0]!.multiplier * back.scales[0]!.multiplier).toBeCloseTo(1, 1);
});

it('shows no difference between two samples of one family', () => {
  const { verdict, scales } = compareFamilies(fitted(worth(1), 0.004, 3), fitted(worth(1), 0.004, 4), 0.9);
  expect(verdict).toBe('no difference is shown');
  for (const { lower, upper } of scales) {
    expect(lower).toBeLessThan(1);
    expect(upper).toBeGreaterThan(1);
  }
});

it('says that it depends on the scale where the curves cross: B bends down faster from higher up', () => {
  const bender = (place: Place): number =>
    chinchilla.loss({ ...truth, A: 3000, B: 14_000, alpha: 0.44, beta: 0.4 }, place);
  const { verdict, growth_per_tenfold } = compareFamilies(fitted(worth(1), 0.001, 5), fitted(bender, 0.001, 6), 0.9);
  expect(verdict).toBe('it depends on the scale');
  expect(growth_per_tenfold).toBeGreaterThan(1.3);
});

it('says in whose range a comparison lies, and refuses what B never reaches', () => {
  const small = fitted(worth(1), 0.002, 7, ladder(6, 6, { from: 1e6, to: 1e8, data: 1e8, most: 1e10 }));
  const [one] = compareFamilies(small, fitted(worth(1), 0.002, 8), 0.9, [1e22]).scales;
  expect(one!.within_both).toBe(false);
  const floored = fitted((place) => 2 + worth(1)(place), 0.002, 9);
  expect(() => compareFamilies(small, floored, 0.9, [1e19])).toThrow('no compute brings B to');
});
