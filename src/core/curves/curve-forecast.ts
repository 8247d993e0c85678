// The forecast of the rest of a metric's curve: what it is made from, what it says, when it says nothing.
import type { Bin } from './curve-bins.js';
import { layOut } from './curve-path.js';
import { RELAX_PRIOR } from './relax-prior.js';
import { fitCurve } from './relax-fit.js';
import { normalQuantile } from './normal-quantile.js';

/** What is seen of a metric. */
export interface SeenCurve {
  /** Bins of log values, in order of step. */
  bins: readonly Bin[];
  /** Finite values seen, all in all. */
  points: number;
  /** Step from which the forecast is made. */
  at: number;
  /** Cumulative rate at `at`. */
  travelled: number;
  /** Whether learning rates are known, logged or planned. */
  rateKnown: boolean;
  /** Planned or last known rate at a step to come, in the unit of the bins' rates. */
  rateAt: (step: number) => number;
}

export interface CurveInterval {
  loss: number;
  lower: number;
  upper: number;
}

/** One place of the predicted curve; the bounds are for a single logged value. */
export interface CurveKnot extends CurveInterval {
  step: number;
}

/** The forecast at a place. `final` is about the smooth curve at `until`; null where it abstains, with the reason. */
export interface CurveForecast {
  final: CurveInterval | null;
  curve: CurveKnot[];
  law: string | null;
  parameters: Record<string, number>;
  /** What it was made from beside the run itself. */
  leansOn: string[];
  abstained: string | null;
}

/** Knots from `at` to `until`. */
export const KNOTS = 128;
/** Fewest values that a forecast is made from. */
export const LEAST_POINTS = 50;

/** A forecast that says nothing, for a reason. */
export const abstained = (reason: string): CurveForecast => ({
  final: null,
  curve: [],
  law: null,
  parameters: {},
  leansOn: [],
  abstained: reason,
});

/**
 * Forecasts a curve from `seen.at` to `until`.
 * @param level of the intervals, between 0 and 1
 */
export function forecastCurve(seen: SeenCurve, until: number, level: number): CurveForecast {
  const { at, points } = seen;
  if (!(until > at)) return abstained(`nothing is left to predict: the run ends at step ${until}`);
  if (points < LEAST_POINTS) return abstained(`too few points: ${points} values, ${LEAST_POINTS} are needed`);
  const knots = Float64Array.from({ length: KNOTS - 1 }, (_, k) => at + ((k + 1) / (KNOTS - 1)) * (until - at));
  const path = layOut(seen.bins, at, seen.travelled, knots, seen.rateAt);
  if (path === null) return abstained('the warm-up is too short a while ago: too little of the curve can be used');
  const fit = fitCurve(path, RELAX_PRIOR);
  const z = normalQuantile((1 + level) / 2);
  const unit = Math.exp(path.present);
  const left = 1 - path.seenShare;
  const spreadAt = (loss: number): number => Math.hypot(0.2 * Math.abs(1 - loss), 0.004 * Math.sqrt(left), 0.003);
  const curve: CurveKnot[] = [];
  for (let k = -1; k < knots.length; k++) {
    const loss = fit.losses[path.seen + k]!;
    const reach = Math.exp(z * Math.hypot(spreadAt(loss), path.noise));
    curve.push({
      step: k < 0 ? at : knots[k]!,
      loss: unit * loss,
      lower: (unit * loss) / reach,
      upper: unit * loss * reach,
    });
  }
  const last = fit.losses.at(-1)!;
  const reach = Math.exp(z * spreadAt(last));
  return {
    final: { loss: unit * last, lower: (unit * last) / reach, upper: unit * last * reach },
    curve,
    law: 'relaxation',
    parameters: { E: unit * fit.floor, A: unit * fit.amplitude, alpha: fit.alpha, K: unit * fit.anneal },
    leansOn: ['corpus'],
    abstained: null,
  };
}
