// What a finished run of the same plan says of one still going: the same curve, but for an offset that hardly moves.
import type { CurvePath } from './curve-path.js';

/** A finished run's whole curve, by position in units of its training. */
export interface FinishedCurve {
  name: string;
  positions: Float64Array;
  /** Relative to its highest rate. */
  rates: Float64Array;
  /** Log losses. */
  values: Float64Array;
  /** Log loss at the end. */
  end: number;
  noise: number;
}

/** The log loss at the end as a sibling foretells it, and the scale of its error. */
export interface SiblingWord {
  name: string;
  end: number;
  spread: number;
}

/** Mean difference of relative rates up to which two runs count as following one plan. */
const SAME_PLAN = 0.04;
/** Part of the past, in log position, over which the offset is read. */
const RECENT = Math.log(2.5);
/** What an offset still moves by for each e-fold of position to come, beside what it moved by of late. */
const DRIFT = 0.006;
const LEAST = 0.0012;
/** Words missed by more than the parts above say: by this factor over the corpus, where two runs differed in more than their seed. */
const MODESTY = 2.5;
/** However sure siblings are, the interval keeps this share of the model's own width. */
const KEPT_WIDTH = 0.8;

/** The words of those siblings that followed the same plan, the surest first. */
export function wordsOf(siblings: readonly FinishedCurve[], path: CurvePath): SiblingWord[] {
  return siblings
    .map((sibling) => wordOf(sibling, path))
    .filter((word) => word !== null)
    .sort((a, b) => a.spread - b.spread);
}

function wordOf(sibling: FinishedCurve, path: CurvePath): SiblingWord | null {
  const { positions, rates, losses, variances, seen, present, noise } = path;
  let off = 0;
  for (let i = 0; i < positions.length; i++) off += Math.abs(rates[i]! - read(sibling, sibling.rates, positions[i]!));
  if (off / positions.length > SAME_PLAN) return null;
  const now = Math.log(positions[seen - 1]!);
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  const offsets: [weight: number, x: number, y: number][] = [];
  for (let i = 0; i < seen; i++) {
    const x = Math.log(positions[i]!) - now;
    if (x < -RECENT || positions[i]! < sibling.positions[0]!) continue;
    const y = Math.log(losses[i]!) + present - read(sibling, sibling.values, positions[i]!);
    const weight = Math.exp(x / 0.4) / (variances[i]! + 0.0005 ** 2);
    offsets.push([weight, x, y]);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  }
  if (offsets.length < 4) return null;
  const mean = wy / w;
  const slope = (wxy - wx * mean) / Math.max(wxx - (wx * wx) / w, 1e-12);
  const sure = 1 / Math.sqrt(w);
  // Half of how the offset moved of late goes on, as far as noise lets it be known.
  const error = sure / Math.sqrt(Math.max(wxx / w - (wx / w) ** 2, 1e-12));
  const kept = (0.3 * slope ** 2) / (slope ** 2 + error ** 2 + 0.004 ** 2);
  const ahead = Math.min(-now, 1);
  const end = sibling.end + mean + kept * slope * (ahead - wx / w);
  const apart = Math.hypot(sure, DRIFT * -now, 0.5 * slope * ahead, 0.03 * Math.hypot(noise, sibling.noise), LEAST);
  const spread = MODESTY * apart;
  return { name: sibling.name, end, spread };
}

/** Reads a curve at a position by straight lines; level beyond both ends. */
function read({ positions }: FinishedCurve, values: Float64Array, at: number): number {
  let high = positions.length - 1;
  if (at <= positions[0]!) return values[0]!;
  if (at >= positions[high]!) return values[high]!;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (positions[middle]! <= at) low = middle;
    else high = middle;
  }
  const t = (at - positions[low]!) / (positions[high]! - positions[low]!);
  return values[low]! + t * (values[high]! - values[low]!);
}

/** The surest words together with the model's own: means weighted by certainty. The words lean on each other, so only a few count. */
export function joined(
  model: { end: number; spread: number },
  words: readonly SiblingWord[],
): { end: number; spread: number } {
  const few = words.slice(0, 3);
  let weight = 1 / model.spread ** 2;
  let sum = weight * model.end;
  for (const { end, spread } of few) {
    const one = 1 / (few.length * spread ** 2);
    weight += one;
    sum += one * end;
  }
  return {
    end: sum / weight,
    spread: few.length === 0 ? model.spread : Math.max(1 / Math.sqrt(weight), KEPT_WIDTH * model.spread),
  };
}
