// From loss to task accuracy: a sigmoid between the chance level and the best there can be.
import { minimise } from '../math/minimise.js';
import { mean, quantile } from '../math/quantile.js';
import { LawError } from './law-error.js';

/** accuracy = a/(1 + exp(−k·(L − x0))) + b, falling in L: a < 0, b ≤ 1 the accuracy of a loss of nothing. */
export interface Sigmoid {
  a: number;
  x0: number;
  k: number;
  b: number;
}

export interface SigmoidFit extends Sigmoid {
  /** Root mean square of what accuracies are off by. */
  rms: number;
  converged: boolean;
}

export const accuracyAt = ({ a, x0, k, b }: Sigmoid, loss: number): number => a / (1 + Math.exp(-k * (loss - x0))) + b;

/** Change of accuracy by a relative change of loss: where it is steep, small misses of loss are large ones of accuracy. */
export function steepnessAt({ a, x0, k }: Sigmoid, loss: number): number {
  const s = 1 / (1 + Math.exp(-k * (loss - x0)));
  return -a * s * (1 - s) * k * loss;
}

/**
 * Least squares on accuracies as shares of 1, from the best of several middles and slopes, with one point more: a loss of
 * nothing is an accuracy of 1. Grattafiori et al. 2024 (arXiv 2407.21783, 3.2.1); Bhagia et al. 2024 (arXiv 2412.04403,
 * eq. 2), whose published parameters it gives.
 * @param weights how often each point counts
 * @throws LawError where there are fewer points than parameters or accuracies outside 0 to 1
 */
export function fitSigmoid(
  losses: Float64Array,
  accuracies: Float64Array,
  weights?: Float64Array,
  from?: Sigmoid,
): SigmoidFit {
  if (losses.length < 5)
    throw new LawError(`a sigmoid has 4 parameters, the table has ${losses.length} rows`, 'add runs or checkpoints');
  if (accuracies.some((value) => value > 1 || value < 0))
    throw new LawError('accuracies lie outside 0 to 1', 'give them as shares: 0.62 for 62 %');
  const objective = ([q, x0, r, p]: Float64Array, gradient: Float64Array): number => {
    const [depth, k, b] = [Math.exp(q!), Math.exp(r!), 1 - p! * p!];
    gradient.fill(0);
    let cost = 0;
    for (let i = -1; i < losses.length; i++) {
      const weight = i >= 0 && weights ? weights[i]! : 1;
      if (weight === 0) continue;
      const loss = i < 0 ? 0 : losses[i]!;
      const s = 1 / (1 + Math.exp(-k * (loss - x0!)));
      const residual = (i < 0 ? 1 : accuracies[i]!) - (b - depth * s);
      const pull = weight * residual;
      const bend = s * (1 - s);
      cost += 0.5 * weight * residual * residual;
      gradient[0]! += pull * depth * s;
      gradient[1]! -= pull * depth * bend * k;
      gradient[2]! += pull * depth * bend * k * (loss - x0!);
      gradient[3]! += pull * 2 * p!;
    }
    return cost;
  };
  let best: { at: Float64Array; value: number; converged: boolean } | null = null;
  for (const start of from ? [inner(from)] : startsFor(losses, accuracies)) {
    const found = minimise(objective, start, { rounds: 400, tolerance: 1e-10, longest: 1 });
    if (!best || found.value < best.value) best = found;
  }
  const [q, x0, r, p] = best!.at as unknown as [number, number, number, number];
  const sigmoid = { a: -Math.exp(q), x0, k: Math.exp(r), b: 1 - p * p };
  const squares = losses.map((loss, i) => (accuracies[i]! - accuracyAt(sigmoid, loss)) ** 2);
  return { ...sigmoid, rms: Math.sqrt(mean(squares)), converged: best!.converged };
}

const inner = ({ a, x0, k, b }: Sigmoid): Float64Array =>
  Float64Array.of(Math.log(-a), x0, Math.log(k), Math.sqrt(Math.max(1 - b, 1e-6)));

function startsFor(losses: Float64Array, accuracies: Float64Array): Float64Array[] {
  const [low, high] = [quantile(losses, 0.02), quantile(losses, 0.98)];
  const depth = Math.max(0.1, quantile(accuracies, 0.98) - quantile(accuracies, 0.02));
  const top = Math.min(0.999, quantile(accuracies, 0.98));
  return [0.1, 0.4, 0.7].flatMap((place) =>
    [4, 12].map((slope) =>
      Float64Array.of(
        Math.log(depth),
        low + place * (high - low),
        Math.log(slope / Math.max(high - low, 1e-6)),
        Math.sqrt(1 - top),
      ),
    ),
  );
}
