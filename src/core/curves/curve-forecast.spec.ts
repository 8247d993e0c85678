// Forecasts of curves whose truth is planted.
import { BINS_SIZE, CurveBins } from './curve-bins.js';
import { type SeenCurve, forecastCurve } from './curve-forecast.js';
import { TRAVEL_SIZE, Travel } from './travel.js';

const UNTIL = 10_000;
const NOTHING = { kinds: [], siblings: [], words: [], scores: [] };
const cosine = (step: number): number => 5e-4 * (1 + Math.cos((Math.PI * step) / UNTIL));

/** Sees a run up to `at`; noise is reproducible and about uniform. */
function seenOf(loss: (step: number) => number, rate: (step: number) => number, at: number, noise = 0.01): SeenCurve {
  const bins = new CurveBins(new Float64Array(BINS_SIZE), 0);
  const travel = new Travel(new Float64Array(TRAVEL_SIZE), 0);
  let state = 1;
  let points = 0;
  for (let step = 1; step <= at; step++, points++) {
    travel.advance(step, rate(step));
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const off = noise * 3.46 * (state / 2 ** 32 - 0.5);
    bins.add(step, Math.log(loss(step)) + off, travel.travelled, travel.rate, travel.interval);
  }
  return { bins: bins.read(), points, at, travelled: travel.travelled, rateKnown: travel.rateKnown, rateAt: rate };
}

describe('the forecast of a curve', () => {
  const law = (step: number): number => 2.5 + 4 * Math.pow(step, -0.3);

  it.each([2_000, 4_000, 8_000])('finds the end of a power law at a constant rate, from step %d', (at) => {
    const { final, abstained } = forecastCurve(
      seenOf(law, () => 1e-3, at),
      UNTIL,
      { level: 0.9 },
    );
    expect(abstained).toBeNull();
    expect(Math.abs(final!.loss / law(UNTIL) - 1)).toBeLessThan(0.015);
    expect(final!.lower).toBeLessThan(law(UNTIL));
    expect(final!.upper).toBeGreaterThan(law(UNTIL));
  });

  it('expects the fall that comes with a decay which has not begun', () => {
    const decaying = (step: number): number => (step < 6_000 ? 1e-3 : 1e-3 * (1 - (step - 6_000) / 4_000));
    const stays = forecastCurve(
      seenOf(law, () => 1e-3, 5_000),
      UNTIL,
      { level: 0.9 },
    );
    const decays = forecastCurve(seenOf(law, decaying, 5_000), UNTIL, { level: 0.9 });
    expect(decays.final!.loss).toBeLessThan(0.98 * stays.final!.loss);
  });

  it('gives a curve from here to the end whose bounds hold single values, wider than those of the end', () => {
    const { curve, final } = forecastCurve(seenOf(law, cosine, 5_000, 0.05), UNTIL, { level: 0.9 });
    expect(curve.length).toBeGreaterThanOrEqual(100);
    expect([curve[0]!.step, curve.at(-1)!.step]).toEqual([5_000, UNTIL]);
    expect(curve.at(-1)!.upper - curve.at(-1)!.lower).toBeGreaterThan(final!.upper - final!.lower);
  });

  it('widens with the level', () => {
    const seen = seenOf(law, cosine, 5_000);
    const widths = [0.5, 0.8, 0.9, 0.95, 0.99].map((level) => {
      const { final } = forecastCurve(seen, UNTIL, { level });
      return final!.upper - final!.lower;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  });

  it('says nothing of 49 values, of a run that is over, and of a plateau at 6 nats', () => {
    expect(forecastCurve(seenOf(law, cosine, 49), UNTIL, { level: 0.9 }).abstained).toMatch(/49 of the 50 that/);
    expect(forecastCurve(seenOf(law, cosine, UNTIL), UNTIL, { level: 0.9 }).abstained).toMatch(/nothing is left/);
    expect(
      forecastCurve(
        seenOf(() => 6, cosine, 4_000),
        UNTIL,
        { level: 0.9 },
      ).abstained,
    ).toMatch(/plateau/);
  });

  describe('of a loss that leaves a plateau', () => {
    /** A slow law until about step 3,000, from there down by a half within a few thousand steps. */
    const leaving = (step: number): number =>
      (8 * Math.pow(step, -0.03) * (1 + 1 / (1 + Math.pow(step / 3_000, 4)))) / 2;

    it.each([2_400, 3_000, 3_400])('says nothing while it falls faster and faster, at step %d', (at) => {
      expect(
        forecastCurve(
          seenOf(leaving, () => 1e-3, at),
          UNTIL,
          { level: 0.9 },
        ).abstained,
      ).toMatch(/steep fall/);
    });

    it('speaks again once the fall is long over', () => {
      const { final } = forecastCurve(
        seenOf(leaving, () => 1e-3, 9_000),
        UNTIL,
        { level: 0.9 },
      );
      expect(Math.abs(final!.loss / leaving(UNTIL) - 1)).toBeLessThan(0.02);
    });

    it.each(['cosine', 'linear'])('takes no fall for one that comes with the rate: %s', (shape) => {
      const part = (step: number): number => Math.max(0, Math.min(1, (step - 6_000) / 4_000));
      const decay = (step: number): number =>
        1 - (shape === 'linear' ? part(step) : (1 - Math.cos(Math.PI * part(step))) / 2);
      const annealed = (step: number): number => law(step) - 0.3 * (1 - decay(step));
      for (const at of [7_000, 8_000, 9_000])
        expect(
          forecastCurve(
            seenOf(annealed, (step) => 1e-3 * decay(step), at),
            UNTIL,
            { level: 0.9 },
          ).abstained,
        ).toBeNull();
    });
  });

  it('says nothing where what is seen, carried on, goes below a loss of nothing', () => {
    const vanishing = (step: number): number => 1 / (step + 50);
    const { final, abstained } = forecastCurve(
      seenOf(vanishing, () => 1e-3, 1_000, 0.001),
      UNTIL,
      { level: 0.9 },
    );
    expect(final).toBeNull();
    expect(abstained).toMatch(/below a loss of nothing/);
  });

  it('says nothing of a fine-tune: a loss that has hardly fallen since its first values', () => {
    const tuned = (step: number): number => 1.1 - 0.02 * (1 - Math.exp(-step / 500));
    expect(forecastCurve(seenOf(tuned, cosine, 4_000), UNTIL, { level: 0.9 }).abstained).toMatch(/fine-tune/);
  });

  it('says nothing while the rate still warms up', () => {
    const warming = (step: number): number => 1e-3 * Math.min(1, step / 4_000);
    expect(forecastCurve(seenOf(law, warming, 70), UNTIL, { level: 0.9 }).abstained).toMatch(/warm-up/);
  });

  it('reads the end as a mean over the last 2 % of steps: a rate that is 0 at the very last step lowers it by nothing', () => {
    const dropped = (step: number): number => (step < UNTIL ? 1e-3 : 0);
    const ends = [() => 1e-3, dropped].map(
      (rate) => forecastCurve(seenOf(law, rate, 5_000), UNTIL, { level: 0.9 }).final!.loss,
    );
    expect(Math.abs(ends[1]! / ends[0]! - 1)).toBeLessThan(0.005);
  });

  it('is less sure of the end where a sibling and the run itself disagree', () => {
    const seen = seenOf(law, () => 1e-3, 4_000, 0.02);
    const alone = forecastCurve(seen, UNTIL, { level: 0.9 }).final!.loss;
    const width = (factor: number): number => {
      const word = { name: 'law', end: Math.log(factor * alone), spread: 0.004 };
      const { lower, upper } = forecastCurve(seen, UNTIL, {
        level: 0.9,
        leaning: { ...NOTHING, words: [word] },
      }).final!;
      return upper / lower - 1;
    };
    expect(width(1.05)).toBeGreaterThan(1.5 * width(1));
  });

  it('leans on a finished run of the same plan more than on the corpus alone', () => {
    const odd = (step: number): number => law(step) - 0.25 * Math.max(0, step / UNTIL - 0.5);
    const whole = seenOf(odd, cosine, UNTIL, 0.001);
    const sibling = {
      name: 'twin',
      positions: Float64Array.from(whole.bins, ({ position }) => position / whole.travelled),
      rates: Float64Array.from(whole.bins, ({ rate }) => rate / 1e-3),
      values: Float64Array.from(whole.bins, ({ value }) => value),
      end: Math.log(odd(UNTIL)),
      noise: 0.001,
    };
    const seen = seenOf(odd, cosine, 5_000, 0.001);
    const miss = (siblings: (typeof sibling)[]): number =>
      Math.abs(
        forecastCurve(seen, UNTIL, { level: 0.9, leaning: { ...NOTHING, siblings } }).final!.loss / odd(UNTIL) - 1,
      );
    expect(miss([sibling])).toBeLessThan(0.8 * miss([]));
  });

  it('follows the law of its family where that is surer than the run itself, and says so', () => {
    const seen = seenOf(law, () => 1e-3, 2_000, 0.05);
    const word = { name: 'law of llama, version 3', end: Math.log(1.1 * law(UNTIL)), spread: 0.002 };
    const told = forecastCurve(seen, UNTIL, { level: 0.9, leaning: { ...NOTHING, words: [word] } });
    const alone = forecastCurve(seen, UNTIL, { level: 0.9 });
    expect(told.leansOn).toContain('law of llama, version 3');
    expect(told.final!.loss).toBeGreaterThan(1.04 * alone.final!.loss);
  });

  it('has wider intervals where forecasts of own finished runs missed by more than the table says, narrower for less', () => {
    const seen = seenOf(law, () => 1e-3, 4_000, 0.02);
    const width = (score: number | null): number => {
      const scores =
        score === null ? [] : Array.from({ length: 40 }, (_, i) => ({ share: 0.4, score: score * (1 + i / 40) }));
      const { lower, upper } = forecastCurve(seen, UNTIL, { level: 0.9, leaning: { ...NOTHING, scores } }).final!;
      return Math.log(upper / lower);
    };
    expect(width(4)).toBeGreaterThan(1.5 * width(null));
    expect(width(0.05)).toBeLessThan(0.8 * width(null));
  });
});
