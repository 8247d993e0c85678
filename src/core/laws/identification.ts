// Whether the data bear a parameter at all: a number that could as well be another is said to be no number.
import type { Spread } from './bootstrap.js';
import type { LawKind, Parameters } from './law-kind.js';
import { type RunTable, placeOf, rowsOf } from './run-table.js';

/** An exponent is no longer a finding where its interval spans this factor. */
const RATE_SPAN = 3;
/** A floor is no finding where its interval reaches from nearly nothing over this share of the lowest loss. */
const FLOOR_SPAN = 0.5;
const NEARLY_NOTHING = 0.02;

/** A scale is the law's value at N = 1, D = 1 or C = 1, far from all data: this factor is still a finding there. */
const SCALE_SPAN = 1000;

/** Exponents; `a` and `b` are exponents beside `g` (additive-power) or `G` (isoflop), and scales elsewhere. */
function isRate(name: string, parameters: Parameters): boolean {
  return (
    /^(alpha|beta|g|eta|c0|alpha_.*)$/.test(name) || (/^[ab]$/.test(name) && ('g' in parameters || 'G' in parameters))
  );
}
const isScale = (name: string, parameters: Parameters): boolean =>
  /^([ABGb]|[NDCS]c)$/.test(name) || (name === 'a' && 'eta' in parameters);

/** A parameter is inert where this change of it moves no row's log loss by more than this share of the noise. */
const NUDGE = 1.2;
const UNSEEN = 0.1;
const LEAST_NOISE = 1e-5;

/**
 * Parameters that no row's loss depends on: those of a term that the fit has dropped. However narrow their bootstraps lie,
 * they are no finding.
 * @param noise deviation of log residuals
 */
export function inertIn(table: RunTable, law: LawKind, parameters: Parameters, noise: number): Set<string> {
  const least = UNSEEN * Math.max(noise, LEAST_NOISE);
  const places = Array.from({ length: rowsOf(table) }, (_, row) => placeOf(table, row));
  const moved = (name: string): boolean =>
    places.some((place) => {
      const nudged = law.loss({ ...parameters, [name]: parameters[name]! * NUDGE }, place);
      return !(Math.abs(Math.log(nudged / law.loss(parameters, place))) <= least);
    });
  return new Set(Object.keys(parameters).filter((name) => !moved(name)));
}

/**
 * By parameter: true, or why not. Without bootstraps nothing is known but the point itself.
 * @param inert parameters that no row's loss depends on
 */
export function identified(
  parameters: Parameters,
  spread: Spread,
  lowestLoss: number,
  inert: ReadonlySet<string> = new Set(),
): { flags: Record<string, boolean>; notes: string[] } {
  const flags: Record<string, boolean> = {};
  const notes: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    const interval = spread.intervals[name];
    flags[name] = true;
    if (name !== 'E' && inert.has(name)) {
      flags[name] = false;
      notes.push(`${name} is not identified: no run's loss depends on it`);
    } else if (name === 'E') {
      if (value < NEARLY_NOTHING * lowestLoss || (interval && interval.lower < NEARLY_NOTHING * lowestLoss)) {
        flags[name] = false;
        notes.push('E is not identified: the data are also fitted by a floor of nothing');
      } else if (interval && interval.upper - interval.lower > FLOOR_SPAN * lowestLoss) {
        flags[name] = false;
        notes.push(`E is not identified: it may lie anywhere in ${short(interval.lower)}–${short(interval.upper)}`);
      }
    } else if (isRate(name, parameters) && interval && interval.upper > RATE_SPAN * Math.max(interval.lower, 1e-12)) {
      flags[name] = false;
      notes.push(`${name} is not identified: it may lie anywhere in ${short(interval.lower)}–${short(interval.upper)}`);
    }
  }
  for (const name of Object.keys(parameters)) {
    const interval = spread.intervals[name];
    if (isScale(name, parameters) && !isRate(name, parameters) && interval && flags[name])
      flags[name] = interval.upper <= SCALE_SPAN * interval.lower;
  }
  for (const [scale, rates] of Object.entries({ A: ['alpha', 'a'], B: ['beta', 'b'] }))
    if (scale in flags && rates.some((rate) => flags[rate] === false)) flags[scale] = false;
  return { flags, notes };
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
