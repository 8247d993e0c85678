// Chinchilla's law: finds what was planted, whatever else is on the table, and refuses what cannot be known.
import { ladder, planted } from '../../../test/laws/planted.js';
import { chinchilla } from './chinchilla.js';
import { tableOf } from './run-table.js';

const truth = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 };
const law = (place: { params: number; tokens: number; compute: number }) => chinchilla.loss(truth, place);

describe('chinchilla', () => {
  it('finds the planted parameters of noiseless runs to eight digits', () => {
    const { parameters, objective, converged } = chinchilla.fit(planted(ladder(6, 6), law), { delta: 1e-3 });
    for (const [name, value] of Object.entries(truth)) expect(parameters[name]! / value).toBeCloseTo(1, 7);
    expect(objective).toBeLessThan(1e-15);
    expect(converged).toBe(true);
  });

  it('is not moved by one run in ten whose loss is doubled', () => {
    const table = planted(ladder(8, 8), law, 1e-4);
    for (let row = 0; row < 64; row += 10) table.loss[row]! *= 2;
    const { parameters } = chinchilla.fit(table, { delta: 1e-3 });
    expect(parameters.E! / truth.E).toBeCloseTo(1, 2);
    expect(parameters.alpha! / truth.alpha).toBeCloseTo(1, 1);
  });

  it('finds a law without a floor', () => {
    const bare = { ...truth, E: 0 };
    const { parameters, objective } = chinchilla.fit(
      planted(ladder(6, 6), (place) => chinchilla.loss(bare, place)),
      { delta: 1e-3 },
    );
    expect(parameters.E).toBeLessThan(1e-3);
    expect(parameters.alpha).toBeCloseTo(0.34, 3);
    expect(objective).toBeLessThan(1e-9);
  });

  it('splits compute so that no other split of it says a lower loss', () => {
    const { a, b, G } = chinchilla.optimum!(truth);
    expect(a + b).toBeCloseTo(1, 12);
    const params = G * (1e22 / 6) ** a;
    const at = (n: number) => chinchilla.loss(truth, { params: n, tokens: 1e22 / 6 / n, compute: 1e22 });
    expect(at(params)).toBeLessThan(at(params * 1.01));
    expect(at(params)).toBeLessThan(at(params / 1.01));
  });

  it('invents no exponent for parameters that never varied', () => {
    const table = planted(
      ladder(1, 8).map((place) => ({ ...place, params: 1e8 })),
      law,
    );
    expect(() => chinchilla.fit(table, { delta: 1e-3 })).toThrow(/N \(parameters\) never varied/);
  });

  it('says how many rows it needs', () => {
    const table = tableOf([{ params: 1e8, tokens: 1e9, loss: 3 }]);
    expect(() => chinchilla.fit(table, { delta: 1e-3 })).toThrow('chinchilla has 5 parameters, the table has 1 row');
  });
});
