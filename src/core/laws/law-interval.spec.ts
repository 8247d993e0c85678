// Intervals for new runs: wider the further beyond and the fewer the runs, and true to their word on planted laws.
import { ladder } from '../../../test/laws/planted.js';
import { normalFrom, seededUniform } from '../math/random.js';
import { calibrate } from './calibration.js';
import { chinchilla } from './chinchilla.js';
import { fitLaw } from './fit-law.js';
import type { LawDocument } from './law-document.js';
import { deviationAt, intervalAt } from './law-interval.js';
import { predict } from './predict.js';
import { type Place, tableOf } from './run-table.js';

const truth = { E: 1.7, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
const at = (compute: number): Place => ({ params: 1e9, tokens: compute / 6e9, compute });

/** A law with no draws. */
const sure = (top: boolean): LawDocument =>
  ({
    law: 'chinchilla',
    forms: [{ law: 'chinchilla', weight: 1, parameters: truth, draws: [] as number[][] }],
    calibration: calibrate([{ rows: 20, compute: 1e20, misses: [{ distance: 1, miss: 0.01 }] }], 0.003, 1e21, top),
  }) as unknown as LawDocument;

describe('the interval for a new run', () => {
  it('grows with the distance beyond the top, and is never narrower than the noise', () => {
    const [low, top, beyond, far] = [1e19, 1e21, 1e22, 1e24].map((compute) => deviationAt(sure(false), at(compute)));
    expect(low).toBe(top);
    expect(beyond).toBeGreaterThan(top!);
    expect(far).toBeGreaterThan(beyond!);
    expect(low).toBeGreaterThan(0.003);
  });

  it('grows below the top as well where only the top was fitted', () => {
    expect(deviationAt(sure(true), at(1e19))).toBeGreaterThan(1.5 * deviationAt(sure(true), at(1e21)));
  });

  it('holds the loss between its bounds, wider for a higher level', () => {
    const [narrow, wide] = [0.5, 0.99].map((level) => intervalAt(sure(true), at(1e22), 2.5, level));
    expect(wide!.lower).toBeLessThan(narrow!.lower);
    expect(narrow!.lower).toBeLessThan(2.5);
    expect(narrow!.upper).toBeLessThan(wide!.upper);
  });

  it.each([
    ['auto', 0.75],
    ['chinchilla', 0.8],
  ])('of %s, from nine noisy runs, holds at least %d of runs at up to ten times the compute', (law, least) => {
    let [held, asked] = [0, 0];
    for (let seed = 1; seed <= 25; seed++) {
      const uniform = seededUniform(seed * 7919);
      for (let i = 0; i < 10; i++) uniform();
      const measured = (place: { params: number; tokens: number }): number =>
        chinchilla.loss(truth, { ...place, compute: NaN }) * Math.exp(0.005 * normalFrom(uniform));
      const places = ladder(3, 3, { from: 3e7, to: 9e8, data: 1e9, most: 3e10 });
      const document = fitLaw(tableOf(places.map((place) => ({ ...place, loss: measured(place) }))), {
        ...{ law, bootstrap: 150, seed, delta: 1e-3, level: 0.9 },
        columns: { params: 'N', tokens: 'D', compute: null, loss: 'loss' },
      });
      for (const factor of [1, 3, 10]) {
        const [params, tokens] = [9e8 * Math.sqrt(factor), 3e10 * Math.sqrt(factor)];
        const { lower, upper } = predict(document, { params, tokens }, 0.9);
        const loss = measured({ params, tokens });
        asked++;
        if (loss >= lower && loss <= upper) held++;
      }
    }
    expect(held / asked).toBeGreaterThanOrEqual(least);
  });
});

it('draws of auto leave the exponent of the best size as open as nine runs do', () => {
  const uniform = seededUniform(5);
  for (let i = 0; i < 10; i++) uniform();
  let held = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const [alpha, beta] = [0, 1].map(() => 0.2 * 2.5 ** uniform()) as [number, number];
    const law = { E: 1.7, A: 0.4 * 2e8 ** alpha, B: 0.4 * 6e9 ** beta, alpha, beta };
    const rows = ladder(3, 3, { from: 3e7, to: 9e8, data: 1e9, most: 3e10 }).map((place) => ({
      ...place,
      loss: chinchilla.loss(law, { ...place, compute: NaN }) * Math.exp(0.004 * normalFrom(uniform)),
    }));
    const { optimum } = fitLaw(tableOf(rows), {
      ...{ law: 'auto', bootstrap: 180, seed, delta: 1e-3, level: 0.9 },
      columns: { params: 'N', tokens: 'D', compute: null, loss: 'loss' },
    });
    const { lower, upper } = optimum!.intervals!.a!;
    const a = beta / (alpha + beta);
    if (a >= lower && a <= upper) held++;
  }
  expect(held / 20).toBeGreaterThanOrEqual(0.75);
});
