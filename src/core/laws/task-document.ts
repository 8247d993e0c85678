// The two steps from a planned run to a task's accuracy, kept as one document, and what they say.
import { quantile } from '../math/quantile.js';
import { normalFrom, resampleCounts, seededUniform } from '../math/random.js';
import { type Sigmoid, type SigmoidFit, accuracyAt, fitSigmoid, steepnessAt } from './downstream.js';
import type { LawDocument } from './law-document.js';
import { deviationAt } from './law-interval.js';
import { type Asked, placeAsked, predict } from './predict.js';

export interface TaskDocument {
  version: 1;
  /** From N and D to the task's loss; null where the table has no N and D. */
  step_one: LawDocument | null;
  /** From the task's loss to its accuracy. */
  step_two: SigmoidFit & { points: number; draws: Sigmoid[]; loss_range: { min: number; max: number } };
}

export interface AccuracyPrediction {
  accuracy: number;
  lower: number;
  upper: number;
  level: number;
  loss: number;
  /** Points of accuracy that one per cent less loss brings: an emergence is where this is large, and the interval wide. */
  accuracy_per_percent_loss: number;
}

const DRAWS = 200;
const SAMPLES = 2_000;

export function fitStepTwo(losses: Float64Array, accuracies: Float64Array, seed: number): TaskDocument['step_two'] {
  const fit = fitSigmoid(losses, accuracies);
  const uniform = seededUniform(seed);
  const draws = Array.from({ length: DRAWS }, (): Sigmoid => {
    const { a, x0, k, b } = fitSigmoid(losses, accuracies, resampleCounts(losses.length, uniform), fit);
    return { a, x0, k, b };
  });
  return { ...fit, points: losses.length, draws, loss_range: { min: Math.min(...losses), max: Math.max(...losses) } };
}

/** At a loss: the interval is that of the sigmoid and of what single accuracies are off by. */
export function accuracyAtLoss(document: TaskDocument, loss: number, level: number, seed = 1): AccuracyPrediction {
  return said(document, loss, () => loss, level, seed);
}

/** At N and D: the loss's own interval goes through the sigmoid, and is widest where that is steepest. */
export function accuracyAtRun(
  document: TaskDocument & { step_one: LawDocument },
  asked: Asked,
  level: number,
  seed = 1,
): AccuracyPrediction {
  const { loss } = predict(document.step_one, asked, level);
  const spread = deviationAt(document.step_one, placeAsked(document.step_one, asked));
  return said(document, loss, (normal) => loss * Math.exp(spread * normal()), level, seed);
}

function said(
  { step_two }: TaskDocument,
  loss: number,
  lossOf: (normal: () => number) => number,
  level: number,
  seed: number,
): AccuracyPrediction {
  const uniform = seededUniform(seed);
  const normal = (): number => normalFrom(uniform);
  const samples = Float64Array.from({ length: SAMPLES }, (_, i) => {
    const sigmoid = step_two.draws[i % step_two.draws.length] ?? step_two;
    return Math.min(1, Math.max(0, accuracyAt(sigmoid, lossOf(normal)) + step_two.rms * normal()));
  });
  return {
    accuracy: accuracyAt(step_two, loss),
    lower: quantile(samples, (1 - level) / 2),
    upper: quantile(samples, (1 + level) / 2),
    level,
    loss,
    accuracy_per_percent_loss: steepnessAt(step_two, loss) / 100,
  };
}
