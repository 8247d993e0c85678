// Intervals for new runs from how far the law has missed on its own table, shrunk towards how laws miss on all tables.
import type { Origin } from './rolling-misses.js';

/** All that is needed to say how wide an interval is. Scales are of log loss. */
export interface Calibration {
  /** Deviation of a new run around the law within the table's range, in log loss. */
  noise: number;
  /** Scale of the law's own miss; see `deviationAt`. */
  scale: number;
  /** Largest compute of the table in FLOP; distance is counted from there. */
  compute_max: number;
  /** The law was fitted to the top of its table, and misses more the further below it is asked. */
  top_only: boolean;
  degrees_of_freedom: number;
  /** Refits on the table's lower parts that the scale was learnt from. */
  origins: number;
  /** Largest compute, in multiples of what was seen, at which a refit was put to the test; 1 where none was. */
  tested_to: number;
}

/**
 * Found on public tables, each source left out in its turn; see docs/lab-log.md, "Laws".
 * A miss at distance d = ln(C/C_max) has the deviation scale·√(AT_TOP² + d^(2·GROWTH)).
 */
const AT_TOP = 0.7;
const GROWTH = 0.6;
/** What laws miss by on other tables, and how many origins that belief is worth. */
const USUAL_SCALE = 0.007;
const BELIEF = 8;
/**
 * Belief in the usual ends where a table misses by far more: the belief is worth half where the own misses are this log
 * above the usual, and falls with the fourth power beyond.
 */
const DOUBT = 1;
/** An origin with few rows beyond it says little: with this many it counts half. */
const HALF_ROWS = 8;
/** Each origin further down counts less: the law near the top is another than far below. */
const FADE = 0.85;
/** No few lucky misses make a law exact: this share of the usual scale is added in square. */
const LEAST = 0.5;
/** From the geometric mean of misses to the scale of a Student's t of these degrees that covers as it says. */
const TO_T = 0.76;
const DEGREES = 6;

export function calibrate(
  origins: readonly Origin[],
  noise: number,
  computeMax: number,
  topOnly: boolean,
): Calibration {
  let [sum, whole, tested] = [0, 0, 1];
  origins.forEach(({ misses }, k) => {
    let square = 0;
    for (const { distance, miss } of misses) {
      square += (miss * miss) / growth(distance) / misses.length;
      tested = Math.max(tested, Math.exp(distance));
    }
    const weight = (FADE ** k * misses.length) / (misses.length + HALF_ROWS);
    sum += (weight * Math.log(square / USUAL_SCALE ** 2 + LEAST ** 2)) / 2;
    whole += weight;
  });
  // ln of the own misses over the usual ones, drawn towards nothing by the belief.
  const above = whole > 0 ? sum / whole : 0;
  const belief = BELIEF / (1 + (Math.max(0, above) / DOUBT) ** 4);
  return {
    noise,
    scale: TO_T * USUAL_SCALE * Math.exp(sum / (whole + belief)),
    compute_max: computeMax,
    top_only: topOnly,
    degrees_of_freedom: DEGREES,
    origins: origins.length,
    tested_to: tested,
  };
}

const growth = (distance: number): number => AT_TOP ** 2 + Math.max(0, distance) ** (2 * GROWTH);

function growthAt({ compute_max, top_only }: Calibration, compute: number): number {
  const distance = Math.log(compute / compute_max);
  return growth(top_only ? Math.abs(distance) : distance);
}

/** Deviation of the law's own miss at a compute, in ln L. */
export const missAt = (calibration: Calibration, compute: number): number =>
  calibration.scale * Math.sqrt(growthAt(calibration, compute));
