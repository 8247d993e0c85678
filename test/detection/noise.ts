// Noise for made-up runs: the same for the same seed, whatever the library's generator becomes.

/** About normal with variance one, from a linear congruential generator (Numerical Recipes) by Box and Muller. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}
