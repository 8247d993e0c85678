// A plan: the best split, its neighbours and what more takes, against the closed form of a law of known parameters.
import { chinchilla } from '../core/laws/chinchilla.js';
import { fitLaw } from '../core/laws/fit-law.js';
import type { LawDocument } from '../core/laws/law-document.js';
import { ladder, planted } from '../../test/laws/planted.js';
import { type Machine, computeOfHours, gpuNamed } from './gpus.js';
import { plan } from './plan.js';

/** Besiroglu et al. 2024 (arXiv 2404.10102), their refit of Hoffmann's points. */
const truth = { E: 1.8172, A: 477.826, B: 2143.417, alpha: 0.34731, beta: 0.36717 };
const lossAt = (params: number, tokens: number): number =>
  chinchilla.loss(truth, { params, tokens, compute: 6 * params * tokens });
const h100: Machine = { gpu: gpuNamed('h100')!, count: 64, mfu: 0.4, gpuHourUsd: 2.5 };
const question = { budget: { compute: 1e22 }, machine: h100, level: 0.9, better: 0.01 };

let document: LawDocument;
beforeAll(() => {
  const table = planted(ladder(6, 6), ({ params, tokens }) => lossAt(params, tokens));
  const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
  document = fitLaw(table, { law: 'chinchilla', delta: 1e-3, bootstrap: 0, seed: 1, level: 0.9, columns });
});

it('puts 1e22 FLOP where the closed form does, to six digits', () => {
  const { E, A, B, alpha, beta } = truth;
  const params = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta)) * (1e22 / 6) ** (beta / (alpha + beta));
  const { optimum } = plan(document, question);
  expect(optimum.params / params).toBeCloseTo(1, 6);
  expect(optimum.loss).toBeCloseTo(E + A / params ** alpha + B / (1e22 / 6 / params) ** beta, 6);
});

it('says of neighbours at the same compute that they are worse, and of the smaller model that it is as good', () => {
  const { optimum, neighbours, smaller } = plan(document, question);
  for (const other of [neighbours.half, neighbours.double]) {
    expect(6 * other.params * other.tokens).toBeCloseTo(1e22, -10);
    expect(other.loss).toBeGreaterThan(optimum.loss);
  }
  expect(smaller!.params).toBeCloseTo(optimum.params / 2, 0);
  expect(smaller!.loss).toBeCloseTo(optimum.loss, 8);
  // Serving half the size saves 2·N/2 FLOP a token: that many tokens pay back what training cost more.
  expect(smaller!.pays_back_after_tokens * optimum.params).toBeCloseTo(smaller!.extra_compute, -14);
});

it('reaches a loss one per cent lower with the growth it names, on each axis alone', () => {
  const { optimum, better } = plan(document, question);
  const { params, tokens } = optimum;
  expect(lossAt(params * (1 + better.params.value), tokens)).toBeCloseTo(optimum.loss * 0.99, 6);
  expect(lossAt(params, tokens * (1 + better.tokens.value))).toBeCloseTo(optimum.loss * 0.99, 6);
  const grown = plan(document, { ...question, budget: { compute: 1e22 * (1 + better.compute.value) } });
  expect(grown.optimum.loss).toBeCloseTo(optimum.loss * 0.99, 6);
});

it('finds the compute of a target loss, and refuses one below the floor', () => {
  const { optimum } = plan(document, question);
  const back = plan(document, { ...question, budget: { targetLoss: optimum.loss } });
  expect(back.optimum.compute / 1e22).toBeCloseTo(1, 6);
  expect(() => plan(document, { ...question, budget: { targetLoss: 1.7 } })).toThrow(
    'no compute reaches a loss of 1.7',
  );
});

it('prices compute by hours, and hours by compute', () => {
  const { gpu_hours, days, usd, energy_kwh } = plan(document, question).optimum.cost!;
  expect(computeOfHours(gpu_hours, h100) / 1e22).toBeCloseTo(1, 12);
  expect(days * 24 * 64).toBeCloseTo(gpu_hours, 6);
  expect(usd! / gpu_hours).toBeCloseTo(2.5, 12);
  expect(energy_kwh / gpu_hours).toBeCloseTo(0.7, 12);
});

it('calls a run four times too large over-parameterised, and names the cheaper one that is as good', () => {
  const { params, tokens } = plan(document, question).optimum;
  const { own } = plan(document, { ...question, own: { params: params * 4, tokens: tokens / 4 } });
  expect(own).toMatchObject({ verdict: 'over-parameterised', binds: 'tokens' });
  expect(own!.size_ratio).toBeCloseTo(4, 4);
  expect(lossAt(own!.way_out!.params, own!.way_out!.tokens)).toBeCloseTo(own!.loss, 6);
  expect(own!.way_out!.compute).toBeLessThan(1e22);
});

it('warns beyond the compute for which the law has evidence', () => {
  const beyond = document.diagnostics.trusted_to_compute * 2;
  expect(plan(document, { ...question, budget: { compute: beyond } }).warnings[0]).toMatch(/no evidence/);
});
