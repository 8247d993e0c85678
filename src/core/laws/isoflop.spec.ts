// IsoFLOP and envelope: the best size at each budget, and how it grows.
import { chinchilla } from './chinchilla.js';
import { envelope } from './envelope.js';
import { budgetOptima, isoflop } from './isoflop.js';
import { tableOf } from './run-table.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const loss = (params: number, tokens: number) => chinchilla.loss(truth, { params, tokens, compute: NaN });
const best = chinchilla.optimum!(truth);

/** Sizes around the best at each budget, as factors of it. */
function profiles(factors: number[], budgets = [1e18, 1e19, 1e20, 1e21, 1e22]) {
  return tableOf(
    budgets.flatMap((compute) =>
      factors.map((factor) => {
        const params = factor * best.G * (compute / 6) ** best.a;
        const tokens = compute / 6 / params;
        return { params, tokens, loss: loss(params, tokens) };
      }),
    ),
  );
}

describe('isoflop', () => {
  it("finds the exponent of the law's own optimum by Akima within .002", () => {
    const { parameters } = isoflop.fit(profiles([0.25, 0.5, 0.9, 1.6, 3, 6]), { delta: 1e-3 });
    expect(Math.abs(parameters.a! - best.a)).toBeLessThan(0.002);
  });

  it('takes a parabola where there are four sizes only', () => {
    const optima = budgetOptima(profiles([0.5, 0.8, 1.3, 2]));
    expect(optima).toHaveLength(5);
    for (const { params, compute } of optima) expect(params / (best.G * (compute / 6) ** best.a)).toBeCloseTo(1, 1);
  });

  it('leaves out a budget whose best size lies at the end of those tried', () => {
    expect(budgetOptima(profiles([2, 3, 5, 8, 13]))).toEqual([]);
  });

  it('averages seeds of one size', () => {
    const table = profiles([0.25, 0.5, 1, 1, 2, 4]);
    expect(budgetOptima(table)).toHaveLength(5);
  });

  it('says what it needs where no budget tells the best size', () => {
    expect(() => isoflop.fit(profiles([2, 3, 5, 8, 13]), { delta: 1e-3 })).toThrow(
      'best size at 0 budgets, and needs 3',
    );
  });
});

describe('envelope', () => {
  it('finds from whole curves the sizes that are best at their compute', () => {
    const rows = Array.from({ length: 30 }, (_, i) => 1e7 * 1.35 ** i).flatMap((params) =>
      Array.from({ length: 80 }, (_, j) => {
        const tokens = 2e8 * 1.12 ** j;
        return { params, tokens, loss: loss(params, tokens) };
      }),
    );
    const within = rows.filter(({ params, tokens }) => 6 * params * tokens < 1e21);
    const { parameters } = envelope.fit(tableOf(within), { delta: 1e-3 });
    expect(Math.abs(parameters.a! - best.a)).toBeLessThan(0.03);
  });
});
