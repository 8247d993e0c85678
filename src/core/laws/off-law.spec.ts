// Runs off their family's law: found beside each other, priced, and none where the law itself is off.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ladder } from '../../../test/laws/planted.js';
import { normalFrom, seededUniform } from '../math/random.js';
import { chinchilla } from './chinchilla.js';
import { offLaw } from './off-law.js';
import { type RunTable, tableOf } from './run-table.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const lossAt = (params: number, tokens: number): number => chinchilla.loss(truth, { params, tokens, compute: NaN });

/** Sixteen runs on their law, with a seed's noise, and others `factor` times above it. */
function family(others: { params: number; tokens: number; factor: number }[], seed = 3): RunTable {
  const uniform = seededUniform(seed);
  const places = ladder(4, 4, { from: 1e8, to: 1e9, data: 2e9, most: 2e10 });
  return tableOf(
    [...places.map((place) => ({ ...place, factor: 1 })), ...others].map(({ params, tokens, factor }) => ({
      ...{ params, tokens },
      loss: lossAt(params, tokens) * factor * Math.exp(0.003 * normalFrom(uniform)),
    })),
  );
}
const all = (table: RunTable): number[] => [...table.loss.keys()];

describe('offLaw', () => {
  it.each([1, 2, 3, 4, 5])('calls none of sixteen healthy runs off (seed %d)', (seed) => {
    const table = family([], seed);
    expect(offLaw(table, all(table))).toEqual([]);
  });

  it('finds a better and a worse run beside each other, though each hides the other in the law of all', () => {
    const table = family([
      { params: 6e8, tokens: 1.2e10, factor: 0.92 },
      { params: 3e8, tokens: 9e9, factor: 1.08 },
    ]);
    const found = new Map(offLaw(table, all(table)).map((word) => [word.row, word]));
    expect([...found.keys()].sort()).toEqual([16, 17]);
    const [better, worse] = [found.get(16)!, found.get(17)!];
    expect(better.sigma).toBeLessThan(-5);
    expect(worse.sigma).toBeGreaterThan(5);
    expect(Math.abs(better.expected.value / lossAt(6e8, 1.2e10) - 1)).toBeLessThan(0.015);
    expect(better.measured).toBeLessThan(better.expected.lower);
    expect(worse.measured).toBeGreaterThan(worse.expected.upper);
  });

  it('prices a run by the compute that brings the law to its loss, N and D grown alike', () => {
    const [params, tokens] = [3e8, 9e9];
    const table = family([{ params, tokens, factor: 1.08 }]);
    const [{ share, measured }] = offLaw(table, all(table)) as [ReturnType<typeof offLaw>[number]];
    const kept = Math.sqrt(1 - share.value);
    expect(lossAt(params * kept, tokens * kept) / measured).toBeCloseTo(1, 1.5);
    expect(share.lower).toBeLessThan(share.value);
    expect(share.value).toBeLessThan(share.upper);
    expect(share.upper).toBeLessThan(1);
  });

  it('judges only the rows it is asked for', () => {
    const table = family([{ params: 3e8, tokens: 9e9, factor: 1.08 }]);
    expect(offLaw(table, [0, 1, 2])).toEqual([]);
  });

  it('says nothing of ten runs: their law is no measure', () => {
    const table = family([{ params: 3e8, tokens: 9e9, factor: 1.2 }]);
    const few = [0, 2, 5, 7, 8, 10, 11, 13, 15, 16];
    const small = tableOf(
      few.map((row) => ({ params: table.params[row]!, tokens: table.tokens[row]!, loss: table.loss[row]! })),
    );
    expect(offLaw(small, all(small))).toEqual([]);
  });

  it('calls no run off where a third of them follow another law', () => {
    const others = ladder(2, 4, { from: 2e8, to: 8e8, data: 3e9, most: 1.5e10 }).map((place) => ({
      ...place,
      factor: 0.9,
    }));
    const table = family(others);
    expect(offLaw(table, all(table))).toEqual([]);
  });
});

describe("the committed sweep's healthy runs", () => {
  const [header, ...lines] = readFileSync(join(__dirname, '../../../examples/sweep/results.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const runs = lines.map((line) => Object.fromEntries(line.map((cell, i) => [header![i]!, cell])));
  const offAmong = (some: typeof runs, loss: string): string[] => {
    const table = tableOf(
      some.map((run) => ({ params: Number(run.params), tokens: Number(run.tokens), loss: Number(run[loss]) })),
    );
    return offLaw(table, all(table)).map(({ row }) => some[row]!.run!);
  };

  it.each(['loss', 'train_loss'])('are all on the law of their family by %s', (loss) => {
    expect(
      offAmong(
        runs.filter((run) => run.family === 'sqlite-bytes'),
        loss,
      ),
    ).toEqual([]);
  });

  it('show the largest of another architecture where they are put into one family', () => {
    expect(offAmong(runs, 'loss').sort()).toEqual(['99k-1m-no-shift', '99k-2m-no-shift']);
  });
});
