// Laws of metrics that are no losses: error rates as they are, accuracy and BLEU by what is left to their best.
import { ladder, planted } from '../../../test/laws/planted.js';
import { answerPlan } from '../../planning/planner.js';
import { chinchilla } from './chinchilla.js';
import { fitLaw } from './fit-law.js';
import { type Metric, inMetric, leftOf, valueOf } from './metric.js';
import { predict } from './predict.js';

const truth = { E: 0.05, A: 40, B: 90, alpha: 0.34, beta: 0.3 };
const table = planted(ladder(5, 5), (place) => chinchilla.loss(truth, place), 0.002);
const columns = { params: 'N', tokens: 'D', compute: null, loss: 'metric' };
const fitted = (metric: Metric | undefined, scale = 1) =>
  fitLaw(
    { ...table, loss: table.loss.map((left) => scale * left) },
    { law: 'chinchilla', delta: 1e-3, bootstrap: 30, seed: 1, level: 0.9, columns, metric },
  );

it.each([
  ['word error rate', { direction: 'lower', floor: 0 }, 0.31, 0.31],
  ['a loss above the entropy of its data', { direction: 'lower', floor: 1.6 }, 1.9, 0.3],
  ['accuracy', { direction: 'higher', floor: 1 }, 0.7, 0.3],
  ['BLEU', { direction: 'higher', floor: 100 }, 38, 62],
] as [string, Metric, number, number][])('%s: goes there and comes back', (_name, metric, value, left) => {
  expect(leftOf(metric, value)).toBeCloseTo(left, 12);
  expect(valueOf(metric, left)).toBeCloseTo(value, 12);
});

it('says accuracies that rise, their lower bound below their upper', () => {
  const document = fitted({ direction: 'higher', floor: 1 });
  const said = (compute: number) => inMetric(document.metric, predict(document, { compute }, 0.9));
  const [small, large] = [said(1e19), said(1e22)];
  expect(large.loss).toBeGreaterThan(small.loss);
  for (const { loss, lower, upper } of [small, large]) {
    expect(lower).toBeLessThan(loss);
    expect(upper).toBeGreaterThan(loss);
    expect(upper).toBeLessThan(1);
  }
  const { params, tokens } = { params: 1e9, tokens: 1e11 };
  const wanted = 1 - chinchilla.loss(truth, { params, tokens, compute: NaN });
  expect(inMetric(document.metric, predict(document, { params, tokens }, 0.9)).loss).toBeCloseTo(wanted, 2);
});

it('plans for a target in the metric, and answers in it', () => {
  const document = fitted({ direction: 'higher', floor: 100 }, 100);
  const target = 85;
  const question = { budget: { targetLoss: target }, machine: null, level: 0.9, better: 0.01 };
  const { optimum, neighbours, better } = answerPlan({ document, question, tokensNow: null });
  expect(optimum.loss).toBeCloseTo(target, 6);
  expect(optimum.lower).toBeLessThan(target);
  expect(neighbours.half.loss).toBeLessThan(target);
  // One per cent of the fifteen points that are left.
  expect(better.loss).toBeCloseTo(85.15, 6);
});
