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
  // Hoffmann et al. 2022, table A4: N as printed, in millions and half of its last digit; the ratio to two digits.
  it.each([
    [73, 0.5, 640, 10, 10, 1.03],
    [305, 0.5, 1024, 20, 16, 1.1],
    [552, 0.5, 1280, 24, 10, 1.08],
    [1100, 50, 1792, 26, 14, 1.04],
    [1600, 50, 2048, 28, 16, 1.03],
    [6800, 50, 3584, 40, 28, 0.99],
  ])(
    "Chinchilla's without embeddings and logits is the published multiple of 6·N·D at %d M parameters",
    (millions, rounding, width, layers, heads, published) => {
      const flop = chinchillaFlop(shape(layers, width, heads), 1, 'layers-only');
      const ratio = (params: number): number => flop / sixND(params * 1e6, 1);
      expect(ratio(millions + rounding)).toBeLessThan(published + 0.005);
      expect(ratio(millions - rounding)).toBeGreaterThan(published - 0.005);
    },
  );

  it("Chinchilla's with embeddings and logits is over half above the published multiple for the smallest model", () => {
    const model = shape(10, 640, 10);
    expect(chinchillaFlop(model, 1) / sixND(73e6, 1)).toBeGreaterThan(1.03 * 1.5);
    expect(chinchillaFlop(model, 1) - chinchillaFlop(model, 1, 'layers-only')).toBe(3 * 4 * 32_000 * 640);
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
