// Tables of runs whose law is known, for tests of what a fit finds.
import { normalFrom, seededUniform } from '../../src/core/math/random.js';
import { type Place, type RunTable, tableOf } from '../../src/core/laws/run-table.js';

/** Sizes times amounts of data, each a geometric ladder. */
export function ladder(sizes: number, amounts: number, { from = 1e7, to = 1e10, data = 1e9, most = 1e12 } = {}) {
  const step = (low: number, high: number, i: number, n: number): number =>
    low * (high / low) ** (i / Math.max(1, n - 1));
  return Array.from({ length: sizes }, (_, i) =>
    Array.from({ length: amounts }, (_unused, j) => ({
      params: step(from, to, i, sizes),
      tokens: step(data, most, j, amounts),
    })),
  ).flat();
}

/** The table that a law makes at places, with noise of a deviation in log loss. */
export function planted(
  places: { params: number; tokens: number; unique?: number }[],
  law: (place: Place) => number,
  noise = 0,
  seed = 1,
): RunTable {
  const uniform = seededUniform(seed);
  return tableOf(
    places.map((place) => ({
      ...place,
      loss: law({ ...place, compute: 6 * place.params * place.tokens }) * Math.exp(noise * normalFrom(uniform)),
    })),
  );
}
