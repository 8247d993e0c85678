// What a finished run of the same plan says of one still going: the same curve, but for an offset that hardly moves.
import type { CurvePath } from './curve-path.js';

/** A finished run's whole curve, by position in units of its training. */
export interface FinishedCurve {
  name: string;
  positions: ArrayLike<number>;
  /** Relative to its highest rate. */
  rates: ArrayLike<number>;
  /** Log losses. */
  values: ArrayLike<number>;
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
const SAME_PLAN = 0.05;
/** Part of the past, in log position, over which two runs are compared, and how fast what is older counts for less. */
const RECENT = { reach: 1, decay: 0.25 };
/** Offsets are known no better than this, and by so many times the noise that a stretch's mean has if its values are independent. */
const STRETCH = { least: 0.0003, noise: 2 };
/** How far one run falls more than another, as a share of the fall: deviation over pairs of runs of a recipe. */
const STEEPER = 0.07;
/**
 * Parts of a word's error: of how far the offset wandered around its line, of the level's error, of the offset itself (runs far
 * apart differ in more than their seed), of the correction for steepness, and of the fall still to come; and what is left.
 * Tuned with half of the sources held out; see docs/lab-log.md.
 */
const PARTS = { wander: 1.2, level: 0.8, offset: 0.065, steepness: 0.2, fall: 0.01, left: 0.0012 };
/** Against a word the model's own spread counts as this many times larger. */
const OWN_SPREAD = 1.25;
/** Words count by this power of their certainty: nearly the surest alone; others halve its variance at most. */
const CHOOSY = 10;
/**
 * The scale of the joint error: its own account times `own`, a share of the model's spread, and how far the two are apart: where
 * they disagree one of them is wrong.
 */
const SCALE = { own: 2, kept: 0.46, apart: 1.3 };

/** The words of those siblings that followed the same plan, the surest first. */
export function wordsOf(siblings: readonly FinishedCurve[], path: CurvePath): SiblingWord[] {
  return siblings
    .map((sibling) => wordOf(sibling, path))
    .filter((word) => word !== null)
    .sort((a, b) => a.spread - b.spread);
}

/** A stretch of the recent past: how the run's log loss stood off from the sibling's. */
interface Offset {
  weight: number;
  theirs: number;
  off: number;
}

function wordOf(sibling: FinishedCurve, path: CurvePath): SiblingWord | null {
  if (planApart(sibling, path) > SAME_PLAN) return null;
  const offsets = recentOffsets(sibling, path);
  if (offsets.length < 4) return null;
  const whole = offsets.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (value: (one: Offset) => number): number =>
    offsets.reduce((sum, one) => sum + one.weight * value(one), 0) / whole;
  const theirs = mean((one) => one.theirs);
  const off = mean((one) => one.off);
  // The offset as a line over the sibling's own fall: where this run falls more steeply it will go on to do so, in the decay too.
  const along = whole * mean((one) => (one.theirs - theirs) ** 2);
  const slope = (whole * mean((one) => (one.theirs - theirs) * (one.off - off))) / (along + 1 / STEEPER ** 2);
  const correction = slope * (sibling.end - theirs);
  // Where two runs read the same batches their noise goes together, the offset is quiet, and the word is sure.
  const wander = Math.sqrt(mean((one) => (one.off - off - slope * (one.theirs - theirs)) ** 2));
  const spread = Math.hypot(
    PARTS.wander * wander,
    PARTS.level / Math.sqrt(whole),
    PARTS.offset * off,
    PARTS.steepness * correction,
    PARTS.fall * (sibling.end - offsets.at(-1)!.theirs),
    PARTS.left,
  );
  return { name: `sibling ${sibling.name}`, end: sibling.end + off + correction, spread };
}

function planApart(sibling: FinishedCurve, { positions, rates }: CurvePath): number {
  let apart = 0;
  for (let i = 0; i < positions.length; i++) apart += Math.abs(rates[i]! - read(sibling, sibling.rates, positions[i]!));
  return apart / positions.length;
}

function recentOffsets(sibling: FinishedCurve, { positions, losses, variances, seen, present }: CurvePath): Offset[] {
  const now = Math.log(positions[seen - 1]!);
  const offsets: Offset[] = [];
  for (let i = 0; i < seen; i++) {
    const back = now - Math.log(positions[i]!);
    if (back > RECENT.reach || positions[i]! < sibling.positions[0]!) continue;
    const theirs = read(sibling, sibling.values, positions[i]!);
    const weight = Math.exp(-back / RECENT.decay) / (STRETCH.noise ** 2 * variances[i]! + STRETCH.least ** 2);
    offsets.push({ weight, theirs, off: Math.log(losses[i]!) + present - theirs });
  }
  return offsets;
}

/** Reads a curve at a position by straight lines; level beyond both ends. */
function read({ positions }: FinishedCurve, values: ArrayLike<number>, at: number): number {
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

/** The words together with the model's own: weighted by certainty. The words lean on each other, so many are little surer than one. */
export function joined(
  model: { end: number; spread: number },
  words: readonly SiblingWord[],
): { end: number; spread: number } {
  if (words.length === 0) return model;
  const best = Math.min(...words.map(({ spread }) => spread));
  let [count, sum] = [0, 0];
  for (const { end, spread } of words) {
    const share = (best / spread) ** CHOOSY;
    count += share;
    sum += share * end;
  }
  const said = 1 / (best ** 2 * (0.5 + 0.5 / count));
  const own = 1 / (OWN_SPREAD * model.spread) ** 2;
  return {
    end: (own * model.end + said * (sum / count)) / (own + said),
    spread: Math.hypot(
      SCALE.own / Math.sqrt(own + said),
      SCALE.kept * model.spread,
      SCALE.apart * (sum / count - model.end),
    ),
  };
}
