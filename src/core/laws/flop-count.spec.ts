// The three counts of FLOP, against published figures, and how the choice moves an exponent.
import { chinchilla } from './chinchilla.js';
import { type ModelShape, chinchillaFlop, embeddingParams, kaplanFlop, layerParams, sixND } from './flop-count.js';

const shape = (layers: number, width: number, heads = width / 128): ModelShape => ({
  layers,
  width,
  feedForward: 4 * width,
  vocabulary: 32_000,
  context: 2048,
  heads,
});

describe('counts of FLOP', () => {
  it("Chinchilla's comes down to 6·N·D as models grow, and is far above it for small ones", () => {
    const ratios = (
      [
        [10, 640],
        [24, 2048],
        [32, 4096],
        [80, 8192],
      ] as const
    ).map(([layers, width]) => {
      const model = shape(layers, width);
      return chinchillaFlop(model, 1e9) / sixND(layerParams(model) + embeddingParams(model), 1e9);
    });
    expect(ratios.toSorted((one, other) => other - one)).toEqual(ratios);
    expect(ratios[0]).toBeGreaterThan(1.5);
    expect(ratios[3]).toBeLessThan(1.1);
  });

  it("Kaplan's leaves the embeddings out and adds attention", () => {
    const model = shape(12, 768);
    expect(layerParams(model)).toBe(12 * 12 * 768 ** 2);
    expect(kaplanFlop(model, 1) - 6 * layerParams(model)).toBe(6 * 12 * 2048 * 768);
  });

  it('counting small models without embeddings raises the exponent of the best size', () => {
    // Pearce and Song 2024 (arXiv 2406.12907): Kaplan's .73 against Chinchilla's .50 is mostly this.
    const truth = { E: 1.82, A: 482, B: 2085, alpha: 0.348, beta: 0.366 };
    const { a, G } = chinchilla.optimum!(truth);
    const slope = (count: (model: ModelShape) => number): number => {
      const [small, large] = [1e17, 1e19].map((compute) => {
        const params = G * (compute / 6) ** a;
        // The width whose whole model, embeddings in, has that many parameters at a depth of width/64.
        let width = 64;
        const model = (): ModelShape => shape(width / 64, width);
        while (layerParams(model()) + embeddingParams(model()) < params) width += 1;
        const tokens = compute / 6 / params;
        return [Math.log(sixND(count(model()), tokens)), Math.log(count(model()))] as const;
      }) as [readonly [number, number], readonly [number, number]];
      return (large[1] - small[1]) / (large[0] - small[0]);
    };
    const withEmbeddings = slope((model) => layerParams(model) + embeddingParams(model));
    const without = slope(layerParams);
    expect(withEmbeddings).toBeCloseTo(a, 1);
    expect(without).toBeGreaterThan(withEmbeddings + 0.04);
  });
});
