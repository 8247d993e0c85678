// Published parametric fits come out of the published tables.
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { resamples, spreadOver } from '../../src/core/laws/bootstrap.js';
import { cellsOf, hoffmann, tableFrom } from './real-tables.js';

const relative = (found: number, wanted: number): number => Math.abs(found / wanted - 1);

describe('the 240 points that Besiroglu et al. read off Hoffmann et al.', () => {
  it('give the global optimum', () => {
    const { parameters, objective } = chinchilla.fit(hoffmann(false), { delta: 1e-3 });
    expect(objective).toBeCloseTo(0.0010182740178, 12);
    expect(relative(parameters.A!, 477.826)).toBeLessThan(1e-4);
    expect(relative(parameters.B!, 2143.417)).toBeLessThan(1e-4);
    expect(relative(parameters.E!, 1.817218)).toBeLessThan(1e-6);
    expect(relative(parameters.alpha!, 0.3473105)).toBeLessThan(1e-6);
    expect(relative(parameters.beta!, 0.3671724)).toBeLessThan(1e-6);
  });

  it('give the published point as the corner goes to nothing', () => {
    const { parameters } = chinchilla.fit(hoffmann(false), { delta: 1e-6 });
    expect(relative(parameters.A!, 482.0057)).toBeLessThan(0.01);
    expect(relative(parameters.E!, 1.81686)).toBeLessThan(1e-3);
    expect(relative(parameters.alpha!, 0.347813)).toBeLessThan(2e-3);
    expect(relative(parameters.beta!, 0.365854)).toBeLessThan(2e-3);
  });

  it('give the bootstrap standard errors within a tenth', () => {
    const table = hoffmann(false);
    const fit = chinchilla.fit(table, { delta: 1e-3 });
    const draws = [...resamples(table, 4000, 1)].map(
      (weights) => chinchilla.fit(table, { delta: 1e-3, weights, from: fit }).parameters,
    );
    const { standardErrors } = spreadOver(chinchilla.parameters({}), draws, 0.9);
    const published = { A: 124.5, B: 1293, E: 0.0257, alpha: 0.0154, beta: 0.0206 };
    for (const [name, wanted] of Object.entries(published))
      expect(relative(standardErrors[name]!, wanted)).toBeLessThan(0.1);
  }, 60_000);
});

describe('the Gemstones', () => {
  it.each([
    ['cool_end', 'gemstones_cool_end.csv'],
    ['hot', 'gemstones_hot.csv'],
  ])('%s: the published exponents, at an objective no worse', (set, file) => {
    const wanted = cellsOf('gemstones_expected.csv').find((row) => row.set === set)!;
    const table = tableFrom(cellsOf(file), 'params_active_precise', 'tokens', 'final_loss');
    const { parameters, objective } = chinchilla.fit(table, { delta: 1e-3 });
    const { a } = chinchilla.optimum!(parameters);
    expect(objective).toBeLessThanOrEqual(Number(wanted.f_published) * (1 + 1e-7));
    expect(relative(parameters.E!, Number(wanted.E_vp))).toBeLessThan(1e-4);
    expect(relative(parameters.alpha!, Number(wanted.al_vp))).toBeLessThan(1e-4);
    expect(relative(parameters.beta!, Number(wanted.be_vp))).toBeLessThan(1e-4);
    expect(relative(a, Number(wanted.a_vp))).toBeLessThan(1e-4);
  });
});
