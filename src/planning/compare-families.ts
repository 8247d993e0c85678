// The compute multiplier between two families: how many times less compute one needs for the other's loss.
import { missAt } from '../core/laws/calibration.js';
import { type LawForms, lawDraws } from '../core/laws/law-draws.js';
import type { LawDocument } from '../core/laws/law-document.js';
import { LawError } from '../core/laws/law-error.js';
import { valueOf } from '../core/laws/metric.js';
import { bestPlace, knowsSplit } from '../core/laws/optimum.js';
import { logLoss } from '../core/laws/law-loss.js';
import { quantile } from '../core/math/quantile.js';
import { normalFrom, seededUniform } from '../core/math/random.js';
import { computeFor } from './reach.js';

export interface Multiplier {
  /** Compute of A in FLOP at which the two are compared. */
  compute: number;
  /** A's loss there, in the metric's own unit. */
  loss: number;
  /** A's compute over the compute that B needs for the same loss: above 1, B is the better. */
  multiplier: number;
  lower: number;
  upper: number;
  /** Both families have runs at this compute. */
  within_both: boolean;
}

export interface Comparison {
  level: number;
  scales: Multiplier[];
  verdict: 'B needs less compute' | 'A needs less compute' | 'no difference is shown' | 'it depends on the scale';
  /** What the multiplier does as compute grows tenfold, from the first scale to the last: the laws' curves bend apart. */
  growth_per_tenfold: number;
}

const SAMPLES = 200;
const SCALES = 3;

/** Compared at the bottom, the middle and the top of the compute that both have, or at the scales given. */
export function compareFamilies(
  a: LawDocument,
  b: LawDocument,
  level: number,
  scales: readonly number[] = sharedScales(a, b),
  seed = 1,
): Comparison {
  if (JSON.stringify(a.metric ?? null) !== JSON.stringify(b.metric ?? null))
    throw new LawError(
      'the two fits have another direction or floor of their metric',
      'fit both with the same --direction and --floor',
    );
  const [drawsA, drawsB] = [lawDraws(a), lawDraws(b)];
  const uniform = seededUniform(seed);
  const found = scales.map((compute): Multiplier => {
    const loss = Math.exp(lossOf(a, compute));
    const value = compute / needed(b, compute, loss);
    if (!Number.isFinite(value))
      throw new LawError(
        `no compute brings B to ${loss.toPrecision(4)}, A's loss at ${compute.toExponential(1).replace('e+', 'e')} FLOP`,
        'compare at smaller compute by --compute, or check that both losses are the same metric on the same data',
      );
    const samples = Array.from({ length: SAMPLES }, (_, i) => {
      const lawA = drawsA[i % Math.max(1, drawsA.length)] ?? a;
      // The two bootstraps are unrelated: their pairing is turned with every round.
      const lawB = drawsB[(i + 1 + Math.floor(i / Math.max(1, drawsB.length))) % Math.max(1, drawsB.length)] ?? b;
      const missA = missAt(a.calibration, compute) * normalFrom(uniform);
      const missB = missAt(b.calibration, compute) * normalFrom(uniform);
      return compute / needed(lawB, compute, Math.exp(lossOf(lawA, compute) + missA - missB));
    }).map((sample) => (Number.isNaN(sample) ? 0 : sample));
    const within = [a, b].every(
      ({ range }) => compute >= range.compute.min * 0.99 && compute <= range.compute.max * 1.01,
    );
    return {
      compute,
      loss: a.metric ? valueOf(a.metric, loss) : loss,
      multiplier: value,
      lower: quantile(samples, (1 - level) / 2),
      upper: quantile(samples, (1 + level) / 2),
      within_both: within,
    };
  });
  const [first, last] = [found[0]!, found.at(-1)!];
  const decades = Math.log10(last.compute / first.compute);
  return {
    level,
    scales: found,
    verdict: verdictOf(found),
    growth_per_tenfold: decades > 0 ? (last.multiplier / first.multiplier) ** (1 / decades) : 1,
  };
}

function verdictOf(scales: readonly Multiplier[]): Comparison['verdict'] {
  const better = scales.some(({ lower }) => lower > 1);
  const worse = scales.some(({ upper }) => upper < 1);
  if (better && worse) return 'it depends on the scale';
  return better ? 'B needs less compute' : worse ? 'A needs less compute' : 'no difference is shown';
}

/** Loss at the best split, or by compute alone where the law knows no split. */
function lossOf(law: LawForms, compute: number): number {
  return logLoss(law, knowsSplit(law) ? bestPlace(law, compute) : { params: NaN, tokens: NaN, compute });
}

const needed = (law: LawForms, near: number, loss: number): number => computeFor(law, near, loss);

function sharedScales(a: LawDocument, b: LawDocument): number[] {
  const low = Math.max(a.range.compute.min, b.range.compute.min);
  const high = Math.min(a.range.compute.max, b.range.compute.max);
  // Families that share no compute are compared in the gap between them, and the answer says so.
  const [from, to] = low < high ? [low, high] : [high, low];
  return Array.from({ length: SCALES }, (_, i) => from * (to / from) ** (i / (SCALES - 1)));
}
