// Which finished runs read the same batches as a run: those whose losses moved from point to point as its own did.
import { PAIR_SIZE, ReferencePair } from '../core/detection/reference-pair.js';
import { MOST_REFERENCES } from '../core/detection/referenced-judge.js';
import type { PackedReference } from '../runs/context-entry.js';
import { type StepLosses, packLosses } from './packed-reference.js';
import type { ReferenceFinder, Seeker } from './reference-finder.js';

/** Fewer points in common tell nothing. */
export const LEAST_POINTS = 48;
const MOST_CANDIDATES = 8;
/** A longer run is not worth the memory. */
const MOST_POINTS = 200_000;
const EVERYWHERE = { from: 0, to: Number.MAX_SAFE_INTEGER };

/**
 * @param recent the run's newest losses by metric
 * @param known runs that it is compared with already
 * @returns what is new, best first; none where no candidate surely qualifies
 */
export async function seekReferences(
  finder: ReferenceFinder,
  seeker: Seeker,
  recent: ReadonlyMap<string, StepLosses>,
  known: readonly string[],
): Promise<PackedReference[]> {
  const found: { run: string; correlation: number }[] = [];
  for (const run of await finder.candidates(seeker, MOST_CANDIDATES)) {
    if (run === seeker.id || known.includes(run)) continue;
    let correlation = 0;
    for (const [metric, own] of recent) {
      const range = { from: own.steps[0]!, to: own.steps.at(-1)! };
      correlation = Math.max(correlation, likeness(own, await finder.losses(run, metric, range)));
    }
    if (correlation > 0) found.push({ run, correlation });
  }
  found.sort((a, b) => b.correlation - a.correlation);
  const packed: PackedReference[] = [];
  for (const { run } of found.slice(0, Math.max(0, MOST_REFERENCES - known.length))) {
    const curves: Record<string, string> = {};
    for (const metric of recent.keys()) {
      const losses = await finder.losses(run, metric, EVERYWHERE);
      if (losses.steps.length > 0 && losses.steps.length <= MOST_POINTS) curves[metric] = packLosses(losses);
    }
    if (Object.keys(curves).length > 0) packed.push({ run, curves });
  }
  return packed;
}

/** Correlation of the noises where it is surely high, else 0. Second differences: a warm-up's fall is no likeness. */
function likeness(own: StepLosses, other: StepLosses): number {
  const pair = new ReferencePair(new Float64Array(PAIR_SIZE), 0);
  let [pairs, lastOwn, lastOther] = [0, 0, 0];
  for (let i = 0, j = 0; i < own.steps.length && j < other.steps.length;) {
    if (own.steps[i]! < other.steps[j]!) i++;
    else if (own.steps[i]! > other.steps[j]!) j++;
    else {
      const [a, b] = [Math.log(own.losses[i++]!), Math.log(other.losses[j++]!)];
      if (pairs++ > 0) pair.push(a - lastOwn, b - lastOther);
      [lastOwn, lastOther] = [a, b];
    }
  }
  return pairs >= LEAST_POINTS && pair.certain ? pair.correlation : 0;
}
