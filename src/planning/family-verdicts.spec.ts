// The law's verdict on runs under way.
import { chinchilla } from '../core/laws/chinchilla.js';
import { fitLaw } from '../core/laws/fit-law.js';
import type { RunSummary } from '../runs/run-reader.js';
import { ladder, planted } from '../../test/laws/planted.js';
import { runningVerdicts } from './family-verdicts.js';

function run(metadata: RunSummary['metadata'], status: RunSummary['status'] = 'running'): RunSummary {
  return {
    ...{ id: 'a-run', status, metricNames: ['loss'], attempt: 1, newestStep: 100, records: 100, standings: {} },
    ...{ firstTime: 0, lastTime: 1000, lastArrival: 1000, pace: { usualMs: 0, longestMs: 0 }, openDeviations: 0 },
    counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
    metadata,
  };
}

describe('runningVerdicts', () => {
  const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
  const columns = { params: 'N', tokens: 'D', compute: null, loss: 'loss' };
  const table = planted(ladder(5, 5), (place) => chinchilla.loss(truth, place));
  const law = fitLaw(table, { law: 'chinchilla', delta: 1e-3, bootstrap: 0, seed: 1, level: 0.9, columns });
  const best = chinchilla.optimum!(truth);
  const size = (compute: number): number => best.G * (compute / 6) ** best.a;
  const running = (params: number, tokens: number): RunSummary => run({ params, planned_tokens: tokens });

  it('says of each running run what binds it, and by how much it misses the best size', () => {
    const compute = 1e21;
    const [large, small] = [size(compute) * 5, size(compute) / 5];
    const said = runningVerdicts(law, [running(large, compute / 6 / large), running(small, compute / 6 / small)]);
    expect(said.map(({ verdict, binds }) => [verdict, binds])).toEqual([
      ['over-parameterised', 'tokens'],
      ['under-parameterised', 'params'],
    ]);
    expect(said[0]!.size_ratio).toBeCloseTo(5, 3);
    expect(said[1]!.size_ratio).toBeCloseTo(0.2, 3);
    for (const { wasted } of said) expect(wasted).toBeGreaterThan(0.1);
  });

  it('has no word for finished runs, nor for those that do not say what they plan', () => {
    const plan = { params: 1e9, planned_tokens: 1e10 };
    expect(runningVerdicts(law, [run(plan, 'finished'), run({ params: 1e9 }), run({ planned_tokens: 1e10 })])).toEqual(
      [],
    );
  });
});
