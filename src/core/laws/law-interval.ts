// The interval around what a law says of a new run: the run's noise, the law's own miss, and how far its draws lie apart.
import { centralT } from '../math/student.js';
import { missAt } from './calibration.js';
import type { LawDocument } from './law-document.js';
import { drawnDeviation } from './law-draws.js';
import type { Place } from './run-table.js';

/** How much of the spread of `auto`'s draws its usual miss does not hold already: found on public tables and planted laws. */
const BESIDE_MISS = 0.35;

/**
 * Deviation of ln(loss of a new run) around the law. The calibration knows how laws of many runs miss; what few or noisy runs
 * leave open is in the draws.
 */
export const deviationAt = (document: LawDocument, place: Place): number =>
  Math.hypot(
    document.calibration.noise,
    missAt(document.calibration, place.compute),
    (document.calibration.top_only ? BESIDE_MISS : 1) * drawnDeviation(document, place),
  );

/** Half the width, in ln L, of the interval for the measured loss of a new run. */
export const halfWidthAt = (document: LawDocument, place: Place, level: number): number =>
  centralT(level, document.calibration.degrees_of_freedom) * deviationAt(document, place);

/** @param loss what the law says there */
export function intervalAt(
  document: LawDocument,
  place: Place,
  loss: number,
  level: number,
): { lower: number; upper: number } {
  const half = halfWidthAt(document, place, level);
  return { lower: loss * Math.exp(-half), upper: loss * Math.exp(half) };
}
