// Buildable shapes: near the size asked for, of widths that heads fill, neither flat nor deep.
import { buildableShape } from './shape.js';

it.each([1e6, 3e7, 1.24e8, 1.5e9, 7e9, 7e10, 5e11])(
  'has within 3 %% of %d parameters, and heads that fill its width',
  (asked) => {
    const { layers, width, heads, params } = buildableShape(asked);
    expect(Math.abs(params / asked - 1)).toBeLessThan(0.03);
    expect(params).toBe(12 * layers * width ** 2);
    expect([64, 128]).toContain(width / heads);
    expect(Number.isInteger(heads)).toBe(true);
    // Kaplan et al. 2020, fig. 5: losses are flat from about 30 to 300 widths a layer.
    if (asked >= 3e7) {
      expect(width / layers).toBeGreaterThan(30);
      expect(width / layers).toBeLessThan(300);
    }
  },
);

it('comes near the published shape of a model of 6.7 billion: 32 layers of width 4096', () => {
  const { layers, width } = buildableShape(12 * 32 * 4096 ** 2);
  expect(layers).toBeGreaterThanOrEqual(24);
  expect(layers).toBeLessThanOrEqual(48);
  expect(width).toBeGreaterThanOrEqual(3328);
  expect(width).toBeLessThanOrEqual(4864);
});

it('still gives a layer for a model of a few thousand parameters', () => {
  expect(buildableShape(5_000)).toMatchObject({ layers: 1, heads: 1 });
});
