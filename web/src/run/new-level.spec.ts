// The new level of a band: a step that is taken over, and what only looks like one.
import { newLevelOf } from './new-level.js';

const SHIFT = { attempt: 1, side: 'worse', status: 'open', started_at_step: 1199, step: 1216 } as const;

/** A band 10 % wide to each side through these expectations, a knot each 2 % of the steps. */
function band(expected: readonly number[], attempt = 1, first = 1250) {
  return expected.map((value, i) => ({
    attempt,
    step: Math.round(first * 1.02 ** i),
    expected: value,
    lower: value / 1.1,
    upper: value * 1.1,
  }));
}

describe('the new level of a band', () => {
  it('begins at the knot where the band stepped over to what a lasting shift had become', () => {
    const knots = band([1.9, 1.897, 1.893, 2.337, 2.334, 2.312]);
    expect(newLevelOf(knots, SHIFT)).toEqual({ before: knots[2], from: knots[3] });
  });

  it('is the newest, where the run moved on from a level that had been taken over', () => {
    const knots = band([1.9, 2.3, 2.298, 2.296, 2.8, 2.795]);
    expect(newLevelOf(knots, SHIFT)!.from).toBe(knots[4]);
  });

  it('is none while the band stands still beside the deviation', () => {
    expect(newLevelOf(band([1.9, 1.897, 1.893, 1.89]), SHIFT)).toBeNull();
  });

  it('is none where the band bends, each knot as far from the last as the next', () => {
    expect(newLevelOf(band([1.9, 2.0, 2.1, 2.2, 2.3]), SHIFT)).toBeNull();
  });

  it('is none where the band fell and the run was worse, nor where it rose and the run was better', () => {
    expect(newLevelOf(band([2.3, 2.298, 1.9, 1.898]), SHIFT)).toBeNull();
    expect(newLevelOf(band([1.9, 1.898, 2.3, 2.298]), { ...SHIFT, side: 'better' })).toBeNull();
  });

  it('is none before the onset, behind the end, or in another attempt', () => {
    const knots = band([1.9, 1.897, 2.3, 2.298]);
    expect(newLevelOf(knots, { ...SHIFT, started_at_step: knots[2]!.step })).toBeNull();
    expect(newLevelOf(knots, { ...SHIFT, status: 'resolved', step: knots[1]!.step })).toBeNull();
    expect(newLevelOf(knots, { ...SHIFT, attempt: 2 })).toBeNull();
  });
});
