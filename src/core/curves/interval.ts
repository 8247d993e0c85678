// How wide an interval has to be to hold what it says: conformal quantiles of past forecasts' errors, by share seen.
import type { Calibration } from './calibration.js';
import { hypot, hypotOfFour } from '../math/hypot.js';
import { CALIBRATION } from './calibration-table.js';
import { normalQuantile } from './normal-quantile.js';
import { type OwnScore, pooledQuantile } from './own-scores.js';

/** Parts of a forecast's error: of the fall still to come, of the model's own account, of the noise, and what is always left. */
const FALL = 0.05;
const OWN = 1;
const NOISE = 0.03;
const LEFT = 0.001;

/**
 * Scale of the error of a forecast, relative.
 * @param loss predicted, in units of the present loss
 * @param deviation by the model's own account, relative
 * @param noise deviation of single values, relative
 */
export function spreadOf(loss: number, deviation: number, noise: number): number {
  return hypotOfFour(FALL * Math.log(Math.max(loss, 1e-9)), OWN * deviation, NOISE * noise, LEFT);
}

/** Half the widths, in log loss, of intervals of one level once a share of the training is seen. */
export class Reach {
  private readonly quantile: number;
  private readonly single: number;

  /**
   * @param share of the steps that is seen
   * @param told whether others foretold the end: siblings, a law
   * @param own how far forecasts of one's own finished runs missed
   */
  constructor(share: number, level: number, told = false, own: readonly OwnScore[] = []) {
    const table = told ? CALIBRATION.told : CALIBRATION.quantiles;
    this.quantile = pooledQuantile((at) => quantileAt(table, share, at), own, share, level);
    this.single = overLevels(CALIBRATION.noise, level);
  }

  /** Of the smooth curve. */
  curve(spread: number): number {
    return spread * this.quantile;
  }

  /** Of a single value with deviation `noise` around the curve. */
  point(spread: number, noise: number): number {
    return hypot(spread * this.quantile, noise * this.single);
  }
}

function quantileAt(quantiles: Calibration['quantiles'], share: number, level: number): number {
  const { shares } = CALIBRATION;
  const right = shares.findIndex((one) => one >= share);
  if (right <= 0) return overLevels(quantiles[right === 0 ? 0 : shares.length - 1]!, level);
  const [a, b] = [shares[right - 1]!, shares[right]!];
  const t = (share - a) / (b - a);
  return (1 - t) * overLevels(quantiles[right - 1]!, level) + t * overLevels(quantiles[right]!, level);
}

/** Between the levels of the table by the normal distribution's scale; beyond them as its tail goes on. */
function overLevels(quantiles: readonly number[], level: number): number {
  const { levels } = CALIBRATION;
  const scale = (k: number): number => quantiles[k]! / normalQuantile((1 + levels[k]!) / 2);
  const z = normalQuantile((1 + level) / 2);
  const right = levels.findIndex((one) => one >= level);
  if (right < 0) return z * scale(levels.length - 1);
  if (right === 0) return z * scale(0);
  const t = (level - levels[right - 1]!) / (levels[right]! - levels[right - 1]!);
  return z * ((1 - t) * scale(right - 1) + t * scale(right));
}
