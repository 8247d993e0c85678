// Non-negative least squares of three columns: the same as the best of all faces, found by trying points.
import { nonNegative3 } from './nnls.js';
import { seededUniform } from './random.js';

const value = (g: Float64Array, h: Float64Array, [x, y, z]: number[]): number =>
  0.5 * (g[0]! * x! * x! + g[3]! * y! * y! + g[5]! * z! * z!) +
  g[1]! * x! * y! +
  g[2]! * x! * z! +
  g[4]! * y! * z! -
  h[0]! * x! -
  h[1]! * y! -
  h[2]! * z!;

describe('nonNegative3', () => {
  it('is never beaten by a random non-negative point, over a hundred random problems', () => {
    const uniform = seededUniform(3);
    for (let problem = 0; problem < 100; problem++) {
      const rows = Array.from({ length: 6 }, () => [uniform() - 0.3, uniform() - 0.3, uniform() - 0.3]);
      const y = rows.map(() => uniform() - 0.5);
      const dot = (a: number, b: number): number => rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0);
      const g = Float64Array.of(dot(0, 0), dot(0, 1), dot(0, 2), dot(1, 1), dot(1, 2), dot(2, 2));
      const h = Float64Array.from([0, 1, 2], (a) => rows.reduce((sum, row, i) => sum + row[a]! * y[i]!, 0));
      const x = new Float64Array(3);
      nonNegative3(g, h, x);
      expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
      const best = value(g, h, [...x]);
      for (let k = 0; k < 200; k++) {
        const near = [...x].map((v) => Math.max(0, v + (uniform() - 0.5) * (k % 2 ? 0.1 : 2)));
        expect(value(g, h, near)).toBeGreaterThanOrEqual(best - 1e-12);
      }
    }
  });

  it('leaves out a column that is a copy of another', () => {
    const x = new Float64Array(3);
    nonNegative3(Float64Array.of(2, 2, 0, 2, 0, 1), Float64Array.of(2, 2, 1), x);
    expect(x[0]! + x[1]!).toBeCloseTo(1, 12);
    expect(x[2]).toBeCloseTo(1, 12);
  });
});
