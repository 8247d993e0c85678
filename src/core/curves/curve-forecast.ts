// The forecast of the rest of a metric's curve: what it is made from, what it says, when it says nothing.
import type { Bin } from './curve-bins.js';
import { type CurvePath, layOut } from './curve-path.js';
import { CORPUS_PRIOR } from './corpus-prior.js';
import type { Leaning } from './leaning.js';
import type { CurvePrior } from './relax-prior.js';
import { type SiblingWord, joined, wordsOf } from './sibling.js';
import { type CurveFit, fitCurve } from './relax-fit.js';
import { Reach, spreadOf } from './interval.js';
import { fallsSteeply } from './steep-fall.js';

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
  /** Where the rates to come are not planned: whether they are known all the same, and what is said of it. */
  ahead?: { known: boolean; said: string };
  /** What rates to come count as less, as a factor, for a batch that is larger than at first; absent: 1. */
  cooling?: number;
  /** Where the batch is planned to change: the factor on `cooling` at a step to come, and what is said of it. */
  batchAhead?: { cooling: (step: number) => number; said: string };
  /** The plan and the logged rates disagree in shape: the log counts for what lies behind, the plan for what is to come. */
  contradicted?: boolean;
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
  /** What intervals are made from: scales of error, relative, at the end and at each knot; deviation of single values. */
  spread: { final: number; curve: Float64Array; noise: number } | null;
}

/** Knots from `at` to `until`. */
export const KNOTS = 128;
/** Fewest values that a forecast is made from. */
export const LEAST_POINTS = 50;

/** Scales of error are so much larger where no learning rate is known: a decay may come, or be under way. */
const UNKNOWN_RATES = 2;
/** Of them after the warm-up and the start. */
const LEAST_USABLE = 40;
/** Masked language models rest at about the entropy of single words (5 to 7 nats) before they learn to use context. */
const PLATEAU = { from: 5, to: 7, fall: 0.06 };

/** A run from scratch has fallen further than by this share once a twentieth of it is seen; one from a checkpoint may never. */
const LEAST_FALL = 0.025;

/** Share by which the loss has fallen since its first values. */
const fallen = (bins: readonly Bin[], { present }: CurvePath): number => 1 - Math.exp(present - bins[0]!.value);

function onPlateau({ losses, seen, present }: CurvePath): boolean {
  const part = Math.max(3, seen >> 2);
  const mean = (from: number): number => losses.slice(from, from + part).reduce((sum, loss) => sum + loss, 0) / part;
  const level = Math.exp(present);
  return level > PLATEAU.from && level < PLATEAU.to && Math.log(mean(0) / mean(seen - part)) < PLATEAU.fall;
}

/** A forecast that says nothing, for a reason. */
export const abstained = (reason: string): CurveForecast => ({
  final: null,
  curve: [],
  law: null,
  parameters: {},
  leansOn: [],
  abstained: reason,
  spread: null,
});

export interface ForecastSettings {
  /** Of the intervals, between 0 and 1. */
  level: number;
  knots?: number;
  prior?: CurvePrior;
  /** What is leaned on beyond the prior; what the run itself does not bear out counts for little. */
  leaning?: Leaning;
}

/** The end is read at this share of all steps: in the middle of the last 2 %, over which a run's final loss is a mean. */
const END_PLACE = 0.99;

const ON_NOTHING: Leaning = { kinds: [], siblings: [], words: [], scores: [] };

/** Forecasts a curve from `seen.at` to `until`. */
export function forecastCurve(seen: SeenCurve, until: number, settings: ForecastSettings): CurveForecast {
  const { at, points } = seen;
  const { level, knots: count = KNOTS, prior: corpus = CORPUS_PRIOR, leaning = ON_NOTHING } = settings;
  const prior = { ...corpus, kinds: [...corpus.kinds, ...leaning.kinds] };
  if (!(until > at)) return abstained(`nothing is left to predict: the run ends at step ${until}`);
  if (points < LEAST_POINTS) return abstained(`too few points: ${points} of the ${LEAST_POINTS} that a forecast needs`);
  const knots = new Float64Array(count);
  for (let k = 0; k < count; k++) knots[k] = at + (k / (count - 1)) * (until - at);
  const path = layOut(seen.bins, at, seen.travelled, knots, seen.rateAt, prior.path, coolingBy(seen));
  if (path === null || path.values < LEAST_USABLE)
    return abstained(
      `too few points after the warm-up: ${path?.values ?? 0} of the ${LEAST_USABLE} that a forecast needs`,
    );
  if (onPlateau(path))
    return abstained(
      `on a plateau: a loss of ${Math.exp(path.present).toFixed(1)} that hardly falls, as before a steep fall that no law foresees`,
    );
  if (fallsSteeply(path))
    return abstained(
      'in a steep fall: the loss falls faster and faster, as behind a plateau or where a rate that was not logged came down, and no law foresees where that ends',
    );
  const fall = fallen(seen.bins, path);
  if (fall < LEAST_FALL)
    return abstained(
      `out of scope: the loss has fallen by ${(100 * Math.max(0, fall)).toFixed(1)} % since its first values, as in a fine-tune of few epochs or a run from a checkpoint, which follow no law of a whole training`,
    );
  const fit = fitCurve(path, prior, seen.rateKnown);
  if (!fit.losses.every((loss) => loss > 0))
    return abstained('no law: what is seen, carried on, falls below a loss of nothing before the run ends');
  const unit = Math.exp(path.present);
  const wider = seen.rateKnown && (seen.ahead?.known ?? true) ? 1 : UNKNOWN_RATES;
  const own = new Float64Array(count);
  for (let k = 0; k < count; k++) own[k] = wider * spreadOf(fit.losses[k]!, fit.deviations[k]!, path.noise);
  const words = [...wordsOf(leaning.siblings, path), ...leaning.words].sort((a, b) => a.spread - b.spread);
  // Own scores are of forecasts without words: where others foretell the end, the scale is another.
  const scores = words.length === 0 ? leaning.scores : [];
  const { losses, spreads } = leanOn(words, fit.losses, own, path.present);
  const reach = new Reach(at / until, level, words.length > 0, scores);
  const curve: CurveKnot[] = [];
  for (let k = 0; k < count; k++) {
    const { loss, lower, upper } = around(losses[k]!, reach.point(spreads[k]!, path.noise));
    curve.push({ step: knots[k]!, loss, lower, upper });
  }
  return {
    final: around(endOf(losses, at, until), reach.curve(spreads.at(-1)!)),
    curve,
    law: 'relaxation',
    parameters: { E: unit * fit.floor, A: unit * fit.amplitude, alpha: fit.alpha, K: unit * fit.anneal },
    leansOn: [...leaningOn(fit, seen, leaning), ...words.slice(0, 3).map(({ name }) => name)],
    abstained: null,
    spread: { final: spreads.at(-1)!, curve: spreads, noise: path.noise },
  };
}

const coolingBy =
  ({ cooling = 1, batchAhead }: SeenCurve) =>
  (step: number): number =>
    cooling * (batchAhead?.cooling(step) ?? 1);

/** The loss where the end is read: a rate that drops at the very last step moves no mean over what is before it. */
function endOf(losses: Float64Array, at: number, until: number): number {
  const last = losses.length - 1;
  const place = last * Math.max(0, (END_PLACE * until - at) / (until - at));
  const below = Math.min(Math.floor(place), last - 1);
  return losses[below]! + (place - below) * (losses[below + 1]! - losses[below]!);
}

/** What siblings say of the end moves the curve towards it, the more the nearer to the end. Losses in their own unit. */
function leanOn(
  words: readonly SiblingWord[],
  relative: Float64Array,
  own: Float64Array,
  present: number,
): { losses: Float64Array; spreads: Float64Array } {
  const last = relative.length - 1;
  const unit = Math.exp(present);
  const losses = new Float64Array(relative.length);
  if (words.length === 0) {
    for (let k = 0; k <= last; k++) losses[k] = unit * relative[k]!;
    return { losses, spreads: own };
  }
  const model = { end: present + Math.log(relative[last]!), spread: own[last]! };
  const both = joined(model, words);
  for (let k = 0; k <= last; k++) losses[k] = unit * relative[k]! * Math.exp((k / last) * (both.end - model.end));
  return { losses, spreads: own.map((spread, k) => (1 - k / last) * spread + (k / last) * both.spread) };
}

function leaningOn(
  { kind }: CurveFit,
  { rateKnown, contradicted, cooling, ahead, batchAhead }: SeenCurve,
  { kinds, scores }: Leaning,
): string[] {
  const isOwn = kinds.some(({ name }) => name === kind.name);
  const likeness = isOwn ? kind.name : `corpus: runs like those of ${kind.name}`;
  const said = [kind.share > 0.5 && kind.name !== 'any' ? likeness : 'corpus'];
  if (!rateKnown) said.push('no learning rates: a constant one, and wider intervals');
  if (ahead) said.push(ahead.said);
  if (cooling !== undefined && cooling !== 1)
    said.push(
      `a batch that has ${cooling < 1 ? 'grown' : 'shrunk'}: as a learning rate ${cooling.toPrecision(2)} times as high`,
    );
  if (batchAhead) said.push(batchAhead.said);
  if (contradicted) said.push('a plan that contradicts the logged rates: the log up to here, the plan from here on');
  if (scores.length > 0) said.push('intervals: misses on own finished runs');
  return said;
}

const around = (loss: number, reach: number): CurveInterval => ({
  loss,
  lower: loss * Math.exp(-reach),
  upper: loss * Math.exp(reach),
});
