// The forecast of the rest of a metric's curve: what it is made from, what it says, when it says nothing.
import type { Bin } from './curve-bins.js';
import { layOut } from './curve-path.js';
import { RELAX_PRIOR } from './relax-prior.js';
import { fitCurve } from './relax-fit.js';
import { curveReach, pointReach, spreadOf } from './interval.js';

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
 * @param count of the knots
 */
export function forecastCurve(seen: SeenCurve, until: number, level: number, count = KNOTS): CurveForecast {
  const { at, points } = seen;
  if (!(until > at)) return abstained(`nothing is left to predict: the run ends at step ${until}`);
  if (points < LEAST_POINTS) return abstained(`too few points: ${points} values, ${LEAST_POINTS} are needed`);
  const knots = Float64Array.from({ length: count }, (_, k) => at + (k / (count - 1)) * (until - at));
  const path = layOut(seen.bins, at, seen.travelled, knots, seen.rateAt, RELAX_PRIOR.path);
  if (path === null) return abstained('too few points after the warm-up');
  const fit = fitCurve(path, RELAX_PRIOR, seen.rateKnown);
  const unit = Math.exp(path.present);
  const curve = Array.from(knots, (step, k): CurveKnot => {
    const spread = spreadOf(fit.losses[k]!, fit.deviations[k]!);
    const reach = pointReach(spread, path.noise, path.seenShare, level);
    return { step, ...around(unit * fit.losses[k]!, reach) };
  });
  const last = count - 1;
  const reach = curveReach(spreadOf(fit.losses[last]!, fit.deviations[last]!), path.seenShare, level);
  return {
    final: around(unit * fit.losses[last]!, reach),
    curve,
    law: 'relaxation',
    parameters: { E: unit * fit.floor, A: unit * fit.amplitude, alpha: fit.alpha, K: unit * fit.anneal },
    leansOn: ['corpus'],
    abstained: null,
  };
}

const around = (loss: number, reach: number): CurveInterval => ({
  loss,
  lower: loss * Math.exp(-reach),
  upper: loss * Math.exp(reach),
});
