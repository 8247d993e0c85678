// Whether a loss is in the midst of a steep fall after a plateau: such a fall ends at a level that no law of the past foretells.
import { hypot } from '../math/hypot.js';
import type { CurvePath } from './curve-path.js';
import { annealings } from './relaxation.js';

/** The fall is read over so much of log position, and held against what comes before it. */
const WINDOW = 0.35;
const BEFORE = 0.7;
/** Steps between the places looked at. */
const STRIDE = 0.05;
/** A power law flattens in log position; a fall counts as steep once its exponent has grown by so much, and by so many errors. */
const STEEPER = 0.2;
const CERTAIN = 8;
/** It is over once the steepest part lies so far back. */
const OVER = 0.35;
/** Errors of a stretch's mean are no smaller than this, relative: what laws leave over. */
const LEAST_ERROR = 0.001;
/** Fall that annealing may explain, as a share of the present loss, and the relaxation it follows. */
const ANNEALING = 0.12;
const SHAPE = [{ power: 0.6, tilt: 0.135 }];
/** Where the rate falls by more than this factor within the window, the fall may be the rate's. */
const RATE_FALL = 0.5;

/** What is regressed on log position: log loss without what annealing takes off, with weights. */
interface Line {
  x: Float64Array;
  y: Float64Array;
  weights: Float64Array;
}

interface Slope {
  exponent: number;
  error: number;
  /** Highest value. */
  top: number;
}

/**
 * Power laws with a floor bend one way in log position: their local exponent shrinks. Where it has grown instead and grows
 * still, as when masked language models leave their plateau, the law of what is seen is not the law of what is to come.
 */
export function fallsSteeply(path: CurvePath): boolean {
  // Annealing costs more to take off than all the rest, and only makes a fall less steep.
  const line = asSeen(path);
  return growsSteep(path, line) && growsSteep(path, withoutAnnealing(path, line));
}

function growsSteep({ rates }: CurvePath, line: Line): boolean {
  const { x } = line;
  let [most, steepest, rate] = [-Infinity, NaN, NaN];
  for (let to = 0; to >= x[0]! + WINDOW + BEFORE / 2; to -= STRIDE) {
    const now = slope(line, to - WINDOW, to);
    const before = slope(line, to - WINDOW - BEFORE, to - WINDOW);
    // A fall from above all that was before comes back from a spike; it leaves no plateau.
    if (now === null || before === null || now.top > before.top) continue;
    const grown = now.exponent - Math.max(0, before.exponent);
    if (grown < most || grown < CERTAIN * hypot(now.error, before.error)) continue;
    const first = x.findIndex((at) => at >= to - WINDOW);
    const last = x.findLastIndex((at) => at <= to);
    [most, steepest, rate] = [grown, to, rates[last]! / rates[first]!];
  }
  return most > STEEPER && steepest > -OVER && rate > RATE_FALL;
}

function asSeen({ seen, positions, losses, variances }: CurvePath): Line {
  const now = Math.log(positions[seen - 1]!);
  const line = { x: new Float64Array(seen), y: new Float64Array(seen), weights: new Float64Array(seen) };
  for (let i = 0; i < seen; i++) {
    line.x[i] = Math.log(positions[i]!) - now;
    line.y[i] = Math.log(losses[i]!);
    line.weights[i] = 1 / (variances[i]! + LEAST_ERROR ** 2);
  }
  return line;
}

function withoutAnnealing({ seen, positions, rates, losses }: CurvePath, line: Line): Line {
  const h = annealings(positions.subarray(0, seen), rates.subarray(0, seen), SHAPE);
  const y = new Float64Array(seen);
  for (let i = 0; i < seen; i++) y[i] = Math.log(losses[i]! + ANNEALING * (1 - h[i]!));
  return { ...line, y };
}

/** The exponent of a power law between two places of log position; null with fewer than three values there. */
function slope({ x, y, weights }: Line, from: number, to: number): Slope | null {
  let first = x.length;
  while (first > 0 && x[first - 1]! >= from) first--;
  let [count, whole, sumX, sumY, sumXX, sumXY, top] = [0, 0, 0, 0, 0, 0, -Infinity];
  for (let i = first; i < x.length && x[i]! <= to; i++) {
    const [place, value, weight] = [x[i]!, y[i]!, weights[i]!];
    count++;
    whole += weight;
    sumX += weight * place;
    sumY += weight * value;
    sumXX += weight * place * place;
    sumXY += weight * place * value;
    if (value > top) top = value;
  }
  if (count < 3) return null;
  const squares = sumXX - (sumX * sumX) / whole;
  return { exponent: -(sumXY - (sumX * sumY) / whole) / squares, error: 1 / Math.sqrt(squares), top };
}
