// Fallbacks that lead back to where they began: what all of them refuse would be nobody's.

/**
 * @param fallbackOf each channel's fallback, or null
 * @returns each circle once, its channels in order, the first of them again at the end
 */
export function fallbackCircles(fallbackOf: ReadonlyMap<string, string | null>): string[][] {
  const seen = new Set<string>();
  const circles: string[][] = [];
  for (const start of fallbackOf.keys()) {
    const way: string[] = [];
    let channel: string | null = start;
    while (channel !== null && !seen.has(channel)) {
      seen.add(channel);
      way.push(channel);
      channel = fallbackOf.get(channel) ?? null;
    }
    if (channel !== null && way.includes(channel)) circles.push([...way.slice(way.indexOf(channel)), channel]);
  }
  return circles;
}
