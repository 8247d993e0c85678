// Where a band went over to a new level: a deviation that lasts becomes the usual one, and what comes is compared with it.
import type { BandKnot, Deviation } from '../api/shapes.js';
import { Band } from './residuals.js';

/** At least so much of half the band's width, on the log scale: less could be the curve's own bend. */
const LEAST_JUMP = 0.5;
/** And so many times what the band moves from knot to knot beside it. */
const STANDS_OUT = 3;

export interface NewLevel {
  /** The last knot of the curve before. */
  before: BandKnot;
  /** The first one of the new level. */
  from: BandKnot;
}

export interface LevelOf {
  deviation: Deviation;
  level: NewLevel;
}

type Lasting = Pick<Deviation, 'attempt' | 'side' | 'status' | 'started_at_step' | 'step'>;

/**
 * The newest level that the forecast took over while a deviation lasted; null where it stayed on the curve before.
 *
 * @param knots one metric's, of any attempts, rising by step within each
 */
export function newLevelOf(knots: readonly BandKnot[], deviation: Lasting): NewLevel | null {
  const { attempt, side, status, started_at_step: since } = deviation;
  const until = status === 'resolved' ? deviation.step : Infinity;
  const own = knots.filter((knot) => knot.attempt === attempt);
  for (let i = own.length - 1; i > 0; i--) {
    const [before, from] = [own[i - 1]!, own[i]!];
    if (before.step < since || before.step >= until) continue;
    const jump = moved(before, from);
    if (side === 'worse' ? jump <= 0 : side === 'better' ? jump >= 0 : false) continue;
    const half = Math.log(before.upper / before.lower) / 2;
    const beside = Math.max(moveSize(own, i - 1), moveSize(own, i + 1));
    if (Math.abs(jump) > Math.max(LEAST_JUMP * half, STANDS_OUT * beside)) return { before, from };
  }
  return null;
}

const moved = (a: BandKnot, b: BandKnot): number => Math.log(b.expected / a.expected);

/** How far the band moved to this knot; 0 where there is none to move from. */
function moveSize(knots: readonly BandKnot[], index: number): number {
  const [a, b] = [knots[index - 1], knots[index]];
  return a === undefined || b === undefined ? 0 : Math.abs(moved(a, b));
}

/** The new levels of a metric's band, one at most for each of its deviations. */
export function newLevels(knots: readonly BandKnot[], deviations: readonly Deviation[], metric: string): LevelOf[] {
  return deviations.flatMap((deviation) => {
    const level = deviation.metric === metric ? newLevelOf(knots, deviation) : null;
    return level === null ? [] : [{ deviation, level }];
  });
}

/** The band, broken where a new level begins. */
export const bandWith = (knots: readonly BandKnot[], levels: readonly LevelOf[]): Band =>
  new Band(knots, new Set(levels.map(({ level }) => level.from)));
