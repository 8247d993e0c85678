// Bins that hold any number of values in the same memory.
import { BINS, BINS_SIZE, CurveBins } from './curve-bins.js';

function filled(count: number, stride = 1): { bins: CurveBins; state: Float64Array } {
  const state = new Float64Array(BINS_SIZE);
  const bins = new CurveBins(state, 0);
  for (let i = 0; i < count; i++) bins.add(i * stride, Math.sin(i / 50), 3 * i * stride, 3, stride);
  return { bins, state };
}

describe('curve bins', () => {
  it.each([1, BINS, BINS + 1, 1_000, 100_000])('keep count and mean of %d values', (count) => {
    const read = filled(count).bins.read();
    expect(read.length).toBeLessThanOrEqual(BINS);
    expect(read.reduce((sum, bin) => sum + bin.count, 0)).toBe(count);
    let mean = 0;
    for (let i = 0; i < count; i++) mean += Math.sin(i / 50) / count;
    expect(read.reduce((sum, bin) => sum + (bin.count * bin.value) / count, 0)).toBeCloseTo(mean, 5);
    for (const bin of read) expect(bin.position).toBeCloseTo(3 * bin.step, 0);
  });

  it('tell the spread of single values, over joined bins too', () => {
    const bins = new CurveBins(new Float64Array(BINS_SIZE), 0);
    for (let i = 0; i < 10_000; i++) bins.add(i, i % 2 === 0 ? 1 : 2, i, 1, 1);
    for (const bin of bins.read().filter(({ count }) => count >= 10)) expect(bin.spread).toBeCloseTo(0.5, 1);
  });

  it('forget what came after a step, and go on from there', () => {
    const { bins } = filled(10_000);
    bins.truncate(5_000);
    expect(bins.read().at(-1)!.step).toBeLessThan(5_128);
    expect(bins.points).toBeGreaterThan(4_900);
    bins.add(5_001, 1, 15_003, 3, 1);
    expect(bins.read().reduce((sum, bin) => sum + bin.count, 0)).toBe(bins.points);
  });

  it('go on bit for bit from a copy of their state', () => {
    const { bins, state } = filled(777);
    const copy = new CurveBins(state.slice(), 0);
    for (let i = 777; i < 2_000; i++) for (const one of [bins, copy]) one.add(i, Math.cos(i), i, 1, 1);
    expect(copy.read()).toEqual(bins.read());
  });

  it('take one value, a huge jump of steps, and steps in millions', () => {
    const bins = new CurveBins(new Float64Array(BINS_SIZE), 0);
    bins.add(0, 1, 0, 1, 1);
    bins.add(10_000_000, 2, 1e7, 1, 1);
    expect(bins.read().map(({ value }) => value)).toEqual([1, 2]);
    expect(bins.positionAt(5_000_000)).toBeCloseTo(5e6, 0);
  });
});
