// Every law: finds the parameters that were planted in noiseless runs, and says their losses.
import { ladder, planted } from '../../../test/laws/planted.js';
import type { LawKind, Parameters } from './law-kind.js';
import { lawNamed } from './law-names.js';
import { placeOf } from './run-table.js';

const both = ladder(7, 7);
const repeated = ladder(6, 3, { from: 1e8, data: 1e10, most: 1e11 }).flatMap((place) =>
  [1, 0.25, 0.03, 0.01].map((share) => ({ ...place, unique: place.tokens * share })),
);

const PLANTED: [string, Parameters, { irreducible?: boolean; places?: typeof repeated; digits?: number }][] = [
  ['chinchilla', { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 }, {}],
  ['additive-power', { E: 1.5, A: 4e4, B: 6e6, a: 0.55, b: 0.7, g: 0.45 }, { digits: 4 }],
  ['kaplan', { Nc: 6.4e13, Dc: 1.8e13, alpha_N: 0.076, alpha_D: 0.103 }, {}],
  ['kaplan', { E: 1.2, Nc: 6.4e10, Dc: 1.8e12, alpha_N: 0.2, alpha_D: 0.25 }, { irreducible: true, digits: 4 }],
  ['kaplan-n', { Nc: 8.8e13, alpha_N: 0.076 }, {}],
  ['kaplan-d', { E: 1.7, Dc: 5.4e9, alpha_D: 0.3 }, { irreducible: true }],
  ['kaplan-c', { Cc: 1.6e27, alpha_C: 0.057 }, {}],
  ['kaplan-steps', { Nc: 6.5e13, Sc: 2.1e9, alpha_N: 0.077, alpha_S: 0.76 }, { digits: 4 }],
  ['overtraining', { E: 1.84, a: 212, b: 367, eta: 0.136 }, {}],
  ['broken', { E: 1.5, b: 400, c0: 0.13, c1: 0.1, d1: 1e19, f1: 0.8 }, { digits: 2 }],
  [
    'data-constrained',
    { E: 1.87, A: 521, B: 1488, alpha: 0.353, beta: 0.353, R_D: 15.4, R_N: 5.3 },
    { places: repeated, digits: 2 },
  ],
];

describe.each(PLANTED)('%s', (name, truth, { irreducible, places = both, digits = 5 }) => {
  const law: LawKind = lawNamed(name);
  const table = planted(places, (place) => law.loss(truth, place));
  const fit = law.fit(table, { delta: 1e-3, irreducible });

  it(`finds ${Object.keys(truth).join(', ')} as planted`, () => {
    expect(Object.keys(fit.parameters)).toEqual(law.parameters({ irreducible }));
    for (const [key, value] of Object.entries(truth)) expect(fit.parameters[key]! / value).toBeCloseTo(1, digits);
  });

  it('says the loss of every run', () => {
    for (let row = 0; row < table.loss.length; row++)
      expect(law.loss(fit.parameters, placeOf(table, row)) / table.loss[row]!).toBeCloseTo(1, 4);
  });

  it('refuses a table with fewer runs than parameters', () => {
    expect(() =>
      law.fit(
        planted(both.slice(0, 1), () => 3),
        { delta: 1e-3, irreducible },
      ),
    ).toThrow(/parameters|needs/);
  });
});
