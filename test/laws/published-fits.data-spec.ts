// Published parametric fits come out of the published tables.
import { chinchilla } from '../../src/core/laws/chinchilla.js';
import { resamples, spreadOver } from '../../src/core/laws/bootstrap.js';
import { overtraining } from '../../src/core/laws/overtraining.js';
import { placeOf, tableOf } from '../../src/core/laws/run-table.js';
import { fewStarts, lbfgs, objectiveOf } from '../../bench/multi-start.mjs';
import { publicTables } from '../../scripts/public-tables.mjs';
import { cellsOf, dataFolder, halfDigit, hoffmann, tableFrom } from './real-tables.js';

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
  ])('%s: the published exponents to a unit of their last digit, at an objective no worse', (set, file) => {
    const wanted = cellsOf('gemstones_expected.csv').find((row) => row.set === set)!;
    const table = tableFrom(cellsOf(file), 'params_active_precise', 'tokens', 'final_loss');
    const { parameters, objective } = chinchilla.fit(table, { delta: 1e-3 });
    const found = { f_vp: objective, a_vp: chinchilla.optimum!(parameters).a };
    const { E, alpha, beta } = parameters;
    expect(objective).toBeLessThan(Number(wanted.f_published));
    for (const [name, value] of Object.entries({ ...found, E_vp: E, al_vp: alpha, be_vp: beta }))
      expect(Math.abs(value! - Number(wanted[name]))).toBeLessThanOrEqual(2 * halfDigit(wanted[name]!));
  });
});

it("Gadre et al.'s law of RedPajama on C4: E = 1.84, a = 212, b = 367, eta = .136, from the five runs that they fit", () => {
  const few = cellsOf('gadre_rpj.csv').filter(
    ({ model, cc_mult: times }) =>
      (times === '1' && model!.startsWith('d=')) || (times === '16' && model === 'd=96_l=8_h=4'),
  );
  expect(few).toHaveLength(5);
  const table = tableFrom(few, 'N', 'D', 'loss_c4_val');
  // They take least squares of the losses, not of their logs: the weights make the one of the other.
  let weights = table.loss.map((loss) => loss * loss);
  let parameters = overtraining.fit(table, { delta: 1, weights }).parameters;
  for (let again = 0; again < 5; again++) {
    weights = table.loss.map((loss, row) => {
      const said = overtraining.loss(parameters, placeOf(table, row));
      return ((loss - said) / Math.log(loss / said)) ** 2;
    });
    parameters = overtraining.fit(table, { delta: 1, weights }).parameters;
  }
  const published = { E: '1.84', a: '212', b: '367', eta: '0.136' };
  for (const [name, wanted] of Object.entries(published))
    expect(Math.abs(parameters[name]! - Number(wanted))).toBeLessThanOrEqual(halfDigit(wanted));
});

describe('on every public table', () => {
  it.each(publicTables(dataFolder()).map(({ name, runs }) => [name, tableOf(runs)] as const))(
    '%s: none of 30 starts of L-BFGS ends lower, and the best of them ends there',
    (_name, table) => {
      const { objective, converged } = chinchilla.fit(table, { delta: 1e-3 });
      const opponent = objectiveOf(table, 1e-3);
      const best = Math.min(...fewStarts(30).map((start) => lbfgs(opponent, start).value));
      expect(converged).toBe(true);
      expect(relative(objective, best)).toBeLessThan(1e-6);
      expect(objective).toBeLessThanOrEqual(best * (1 + 1e-9));
    },
  );
});
