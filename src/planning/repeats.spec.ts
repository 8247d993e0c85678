// Scarce data: what repeats are worth, and the best size when they must be repeated.
import { chinchilla } from '../core/laws/chinchilla.js';
import { dataConstrained } from '../core/laws/data-constrained.js';
import type { FormDocument } from '../core/laws/law-document.js';
import { bestPlace } from '../core/laws/optimum.js';
import { repeatedData } from './repeats.js';

const truth = { E: 1.8172, A: 477.826, B: 2143.417, alpha: 0.34731, beta: 0.36717 };
const form = (law: string, parameters: Record<string, number>): FormDocument => ({
  ...{ law, parameters, weight: 1, covariance: null, top_power: 0, draws: [], rolling_miss: null },
});
const law = { law: 'chinchilla', forms: [form('chinchilla', truth)] };
const COMPUTE = 1e22;
const best = bestPlace(law, COMPUTE);

it('changes nothing where unique data are plenty', () => {
  const found = repeatedData(law, COMPUTE, best.tokens * 100);
  expect(Math.abs(found.params / best.params - 1)).toBeLessThan(0.05);
  expect(found.epochs).toBeLessThan(1);
  expect(found.worth_tokens).toBe(found.tokens);
  expect(found.source).toContain('Muennighoff');
});

it('holds four epochs for nearly as good as fresh tokens, and forty for far less', () => {
  const four = repeatedData(law, COMPUTE, best.tokens / 4);
  expect(four.worth_tokens / four.tokens).toBeGreaterThan(0.88);
  const forty = repeatedData(law, COMPUTE, best.tokens / 40);
  expect(forty.worth_tokens / forty.tokens).toBeLessThan(0.6);
  expect(forty.loss).toBeGreaterThan(four.loss);
});

it('puts compute into parameters rather than into worn-out data', () => {
  const scarce = repeatedData(law, COMPUTE, best.tokens / 40);
  expect(scarce.params).toBeGreaterThan(1.3 * best.params);
  expect(6 * scarce.params * scarce.tokens).toBeCloseTo(COMPUTE, -12);
  // Nothing near it on the same budget is better.
  const worth = (tokens: number, unique: number): number =>
    tokens <= unique ? tokens : unique * (1 + 15.387756 * (1 - Math.exp(-(tokens / unique - 1) / 15.387756)));
  for (const factor of [0.8, 1.25]) {
    const params = scarce.params * factor;
    const tokens = COMPUTE / 6 / params;
    const loss = chinchilla.loss(truth, { params, tokens: worth(tokens, best.tokens / 40), compute: COMPUTE });
    expect(loss).toBeGreaterThan(scarce.loss);
  }
});

it("takes the decay of a data-constrained fit's own, and says that it was fitted", () => {
  const own = { law: 'data-constrained', forms: [form('data-constrained', { ...truth, R_D: 3, R_N: 5.3 })] };
  const found = repeatedData(own, COMPUTE, best.tokens / 10);
  expect(found.source).toBe('fitted');
  expect(found.worth_tokens).toBeLessThan((best.tokens / 10) * 4);
});

it('plans by a data-constrained fit: at the best split of fresh data, and at that of its own repeats', () => {
  const own = { law: 'data-constrained', forms: [form('data-constrained', { ...truth, R_D: 15.4, R_N: 5.3 })] };
  const split = bestPlace(own, COMPUTE);
  expect(split.params / best.params).toBeCloseTo(1, 6);
  const lossAt = (params: number): number =>
    dataConstrained.loss(own.forms[0]!.parameters, { params, tokens: COMPUTE / 6 / params, compute: COMPUTE });
  for (const factor of [0.9, 1.1]) expect(lossAt(split.params * factor)).toBeGreaterThan(lossAt(split.params));
});
