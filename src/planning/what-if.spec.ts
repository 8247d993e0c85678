// Stop, go on, extend: the law's loss at each end, and what each costs.
import { chinchilla } from '../core/laws/chinchilla.js';
import { fitLaw } from '../core/laws/fit-law.js';
import { ladder, planted } from '../../test/laws/planted.js';
import { type Machine, gpuNamed } from './gpus.js';
import { whatIf } from './what-if.js';

const truth = { E: 1.8172, A: 477.826, B: 2143.417, alpha: 0.34731, beta: 0.36717 };
const lossAt = (params: number, tokens: number): number =>
  chinchilla.loss(truth, { params, tokens, compute: 6 * params * tokens });
const table = planted(ladder(6, 6), ({ params, tokens }) => lossAt(params, tokens));
const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
const document = fitLaw(table, { law: 'chinchilla', delta: 1e-3, bootstrap: 0, seed: 1, level: 0.9, columns });
const machine: Machine = { gpu: gpuNamed('h100')!, count: 8, mfu: 0.4, gpuHourUsd: 2 };
const run = { params: 1e9, tokensNow: 4e10, tokensPlanned: 1e11 };

it('says the loss and the cost of each end', () => {
  const { stop_now, as_planned, extended } = whatIf(document, run, 0.9, machine);
  [stop_now, as_planned, extended].forEach(({ tokens, loss, lower, upper, cost }, i) => {
    const wanted = [4e10, 1e11, 2e11][i]!;
    expect(tokens).toBe(wanted);
    expect(loss).toBeCloseTo(lossAt(1e9, wanted), 5);
    expect(lower).toBeLessThan(loss);
    expect(upper).toBeGreaterThan(loss);
    expect(cost!.gpu_hours * 3600 * 989.4e12 * 0.4).toBeCloseTo(6e9 * wanted, -10);
  });
  expect(extended.cost!.usd! / as_planned.cost!.usd!).toBeCloseTo(2, 12);
});

it('costs nothing that is known where no machine is', () => {
  expect(whatIf(document, run, 0.9, null).as_planned.cost).toBeNull();
});
