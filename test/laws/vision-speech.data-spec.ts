// Not only language models: a vision and a speech family out of training logs, whose later losses their law foretells.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fitLaw } from '../../src/core/laws/fit-law.js';
import { predict } from '../../src/core/laws/predict.js';
import { type RunTable, pickRows, tableOf } from '../../src/core/laws/run-table.js';

const FAMILIES = [
  ['ResNet-50 on ImageNet, five runs', 'submissions_algorithms__imagenet_resnet_pytorch_adamg_self', 5],
  ['DeepSpeech on LibriSpeech, four runs', 'submissions_algorithms__librispeech_deepspeech_jax_sinv6_75_self', 4],
] as const;
const COLUMNS = { params: null, tokens: 'tokens', compute: null, loss: 'loss' };
/** The first steps are warm-up; in the last ones the learning rate comes down, which no law of data alone knows. */
const [FROM, KNOWN, TO] = [0.02, 0.3, 0.8];

/** A row for each sixth of a natural log of steps: the mean of what was logged there. D is counted in steps. */
function stretchesOf(prefix: string): { table: RunTable; share: number[]; runs: number } {
  const folder = join(process.env.OFFCURVE_TEST_DATA!, 'runs');
  const files = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const rows = files.flatMap((name) => {
    const points = readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: number; loss?: number | null })
      .filter(({ step, loss }) => step > 0 && typeof loss === 'number' && loss > 0);
    const last = points.at(-1)!.step;
    const stretches = new Map<number, { loss: number; log: number; count: number }>();
    for (const { step, loss } of points.filter((point) => point.step > FROM * last)) {
      const key = Math.floor(6 * Math.log(step / last));
      const sum = stretches.get(key) ?? { loss: 0, log: 0, count: 0 };
      stretches.set(key, { loss: sum.loss + loss!, log: sum.log + Math.log(step), count: sum.count + 1 });
    }
    return [...stretches.values()].map(({ loss, log, count }) => {
      const tokens = Math.exp(log / count);
      return { params: 1, tokens, loss: loss / count, share: tokens / last };
    });
  });
  return { table: tableOf(rows), share: rows.map(({ share }) => share), runs: files.length };
}

it.each(FAMILIES)(
  '%s: seen up to 30 %% of their steps, the loss up to 80 %% is said within 5 %%, without a bias of 3 %%',
  (_name, prefix, count) => {
    const { table, share, runs } = stretchesOf(prefix);
    expect(runs).toBe(count);
    const rows = [...share.keys()];
    const seen = pickRows(
      table,
      rows.filter((row) => share[row]! < KNOWN),
    );
    const options = {
      law: 'kaplan-d',
      irreducible: true,
      bootstrap: 60,
      seed: 1,
      delta: 1e-3,
      level: 0.9,
      columns: COLUMNS,
    };
    const law = fitLaw(seen, options);
    const misses = rows
      .filter((row) => share[row]! >= KNOWN && share[row]! < TO)
      .map((row) => predict(law, { tokens: table.tokens[row]! }, 0.9).loss / table.loss[row]! - 1);
    expect(misses.length).toBeGreaterThan(20);
    const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(Math.abs(mean(misses))).toBeLessThan(0.03);
    expect(mean(misses.map(Math.abs))).toBeLessThan(0.05);
  },
);
