// One member of `auto`: a power-sum law fitted with rows near the top weighted more, and weak priors on its shape.
import { huber, huberWeight } from '../math/huber.js';
import { levenbergMarquardt } from '../math/levenberg-marquardt.js';
import { type CentredLogs, FLOOR, HEIGHT_D, HEIGHT_N, JOIN, RATE_D, RATE_N, SLOTS, logPowerSum } from './power-sum.js';

/** A normal belief about the log of a number. */
interface Belief {
  mean: number;
  deviation: number;
}

export interface WeightedFitSettings {
  /** About the exponents α and β of what can be reduced. */
  rate: Belief;
  /** About the floor E as a share of the loss at the weighted centre. */
  floor: Belief;
  /** About s = 1/g, the join of the two terms. */
  join: Belief;
  /** About the height of each term at the centre. */
  height: Belief;
  /** Huber's corner, in deviations of the residuals. */
  corner: number;
  /** Deviation of log residuals before any is seen, and how many rows that belief is worth. */
  noise: { deviation: number; rows: number };
  /** By slot, how many of its deviations each belief is moved by; not at all where absent. */
  moved?: Float64Array;
}

/** Found on public tables, each source left out in its turn; see docs/lab-log.md, "Laws". */
export const WEIGHTED_FIT: WeightedFitSettings = {
  rate: { mean: Math.log(0.3), deviation: 0.5 },
  floor: { mean: Math.log(0.65), deviation: 0.75 },
  join: { mean: Math.log(1.5), deviation: 0.4 },
  height: { mean: Math.log(0.22), deviation: 1.5 },
  corner: 1.5,
  noise: { deviation: 0.004, rows: 3 },
};

export interface WeightedFit {
  theta: Float64Array;
  /** Deviation of log residuals near the top. */
  noise: number;
  cost: number;
  curvature: Float64Array;
  free: number[];
  converged: boolean;
  stopped: string;
}

const RESCALES = 4;

/**
 * @param logs centred with the same weights, so that the heights are those at the rows that count
 * @param free slots that are fitted; the others are absent terms or s = 1
 * @param from a fit to nearly the same rows, to start from
 */
export function fitWeighted(
  logs: CentredLogs,
  weights: Float64Array,
  free: readonly number[],
  from?: WeightedFit,
  settings: WeightedFitSettings = WEIGHTED_FIT,
): WeightedFit {
  const theta = from ? Float64Array.from(from.theta) : startOf(free, settings);
  const beliefs = beliefsOf(settings);
  let noise = from?.noise ?? 0.02;
  const all = new Float64Array(SLOTS);
  const slopes = new Float64Array(free.length);
  const { x, z, y } = logs;
  const k = free.length;
  const objective = (inner: Float64Array, gradient: Float64Array, curvature: Float64Array): number => {
    for (let i = 0; i < k; i++) theta[free[i]!] = inner[i]!;
    gradient.fill(0);
    curvature.fill(0);
    let cost = 0;
    for (let row = 0; row < y.length; row++) {
      const weight = weights[row]!;
      if (weight === 0) continue;
      const r = (y[row]! - logPowerSum(theta, x[row]!, z[row]!, all)) / noise;
      cost += weight * huber(r, settings.corner);
      const pull = (weight * huberWeight(r, settings.corner)) / noise;
      for (let i = 0; i < k; i++) {
        const slope = (slopes[i] = all[free[i]!]!);
        gradient[i]! -= pull * r * slope;
        for (let j = 0; j <= i; j++) curvature[i * k + j]! += (pull / noise) * slope * slopes[j]!;
      }
    }
    for (let i = 0; i < k; i++) {
      const { mean, deviation } = beliefs[free[i]!]!;
      const off = (inner[i]! - mean) / deviation;
      cost += 0.5 * off * off;
      gradient[i]! += off / deviation;
      curvature[i * k + i]! += 1 / deviation ** 2;
      for (let j = 0; j < i; j++) curvature[j * k + i] = curvature[i * k + j]!;
    }
    return cost;
  };
  let found = levenbergMarquardt(objective, pick(theta, free));
  for (let again = 1; again < RESCALES; again++) {
    for (let i = 0; i < k; i++) theta[free[i]!] = found.at[i]!;
    const before = noise;
    noise = noiseOf(logs, theta, weights, noise, settings);
    if (Math.abs(Math.log(noise / before)) < 0.02) break;
    found = levenbergMarquardt(objective, found.at);
  }
  for (let i = 0; i < k; i++) theta[free[i]!] = found.at[i]!;
  const { cost, curvature, converged, stopped } = found;
  return { theta, noise, cost, curvature, free: [...free], converged, stopped };
}

const pick = (theta: Float64Array, free: readonly number[]): Float64Array =>
  Float64Array.from(free, (slot) => theta[slot]!);

function beliefsOf({ rate, floor, join, height, moved }: WeightedFitSettings): Belief[] {
  const beliefs: Belief[] = [];
  beliefs[FLOOR] = floor;
  beliefs[HEIGHT_N] = beliefs[HEIGHT_D] = height;
  beliefs[RATE_N] = beliefs[RATE_D] = rate;
  beliefs[JOIN] = join;
  return moved
    ? beliefs.map(({ mean, deviation }, slot) => ({ mean: mean + moved[slot]! * deviation, deviation }))
    : beliefs;
}

function startOf(free: readonly number[], settings: WeightedFitSettings): Float64Array {
  const theta = Float64Array.of(-Infinity, -Infinity, -Infinity, 0, 0, 0);
  const beliefs = beliefsOf(settings);
  for (const slot of free) theta[slot] = beliefs[slot]!.mean;
  return theta;
}

/** Weighted deviation of the residuals, each held to three of the one before, with the belief as some rows more. */
function noiseOf(
  { x, z, y }: CentredLogs,
  theta: Float64Array,
  weights: Float64Array,
  before: number,
  { noise }: WeightedFitSettings,
): number {
  let sum = noise.rows * noise.deviation ** 2;
  let whole = noise.rows;
  for (let row = 0; row < y.length; row++) {
    const r = Math.min(Math.abs(y[row]! - logPowerSum(theta, x[row]!, z[row]!)), 3 * before);
    sum += weights[row]! * r * r;
    whole += weights[row]!;
  }
  return Math.sqrt(sum / whole);
}
