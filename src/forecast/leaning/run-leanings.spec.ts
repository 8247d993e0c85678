// What a family's law says of a run's end comes as the number that is forecast: what is missing to the ceiling, or the value itself.
import { ladder, planted } from '../../../test/laws/planted.js';
import { chinchilla } from '../../core/laws/chinchilla.js';
import { fitLaw } from '../../core/laws/fit-law.js';
import type { Metric } from '../../core/laws/metric.js';
import type { FamilyLaw } from '../laws/family-law.js';
import { FinishedRuns } from './finished-runs.js';
import { RunLeanings } from './run-leanings.js';

const truth = { E: 0.05, A: 40, B: 90, alpha: 0.34, beta: 0.3 };
const table = planted(ladder(4, 4), (place) => chinchilla.loss(truth, place), 0.002);
const columns = { params: 'N', tokens: 'D', compute: null, loss: 'metric' };
const place = { params: 2e9, tokens: 3e11 };
const left = chinchilla.loss(truth, { ...place, compute: NaN });

class NoFinishedRuns extends FinishedRuns {
  override ofFamily = async () => [];
  override others = async () => [];
}

/** What a run of the family leans on for a metric by a law of that sense. */
async function wordFor(metric: string, sense: Metric | undefined) {
  const options = { law: 'chinchilla', delta: 1e-3, bootstrap: 0, seed: 1, level: 0.9, columns, metric: sense };
  const law = { family: 'f', metric, version: 3, rows: [], document: fitLaw(table, options) } as unknown as FamilyLaw;
  const leanings = new RunLeanings(new NoFinishedRuns(), { newest: async () => [law] });
  const metadata = { family: 'f', params: place.params, planned_tokens: place.tokens, watch: [metric] };
  const leaning = (await leanings.of({ id: 'r', metadata, metricNames: [metric] }))[metric];
  return leaning?.words[0] ?? null;
}

it.each([
  ['a loss as it is', 'loss', undefined, left],
  ['a loss over a known floor', 'loss', { direction: 'lower', floor: 1.2 }, 1.2 + left],
  ['an accuracy: what is missing to 1', 'accuracy', { direction: 'higher', floor: 1 }, left],
  ['BLEU, whose forecast knows no ceiling', 'bleu', { direction: 'higher', floor: 100 }, 100 - left],
] as [string, string, Metric | undefined, number][])('%s', async (_what, metric, sense, wanted) => {
  const word = await wordFor(metric, sense);
  expect(word!.name).toBe('law of f, version 3');
  expect(Math.abs(Math.exp(word!.end) / wanted - 1)).toBeLessThan(0.02);
  expect(word!.spread).toBeGreaterThanOrEqual(0.005);
});

it('says nothing where the law ends elsewhere than the forecast does', async () => {
  expect(await wordFor('accuracy', { direction: 'higher', floor: 0.95 })).toBeNull();
  expect(await wordFor('accuracy', undefined)).toBeNull();
});
