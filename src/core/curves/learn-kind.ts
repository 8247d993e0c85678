// Learns what runs of one kind have in common from their fits, shrunk towards what any run has.
import type { CurveFit } from './relax-fit.js';
import type { RunKind, Spread } from './relax-prior.js';

/** The fit of a finished run over all of its curve. */
export interface FinishedFit {
  fit: Pick<CurveFit, 'alpha' | 'floor' | 'anneal' | 'variances' | 'usualAnneal' | 'absolute'>;
  /** Highest rate, in the run's unit. */
  peak: number;
  /** Log loss at the end. */
  end: number;
  /** Deviation of single values, in log loss. */
  noise: number;
}

type Common = Readonly<Record<'alpha' | 'floor' | 'anneal', Spread>>;

/** What kinds have in common: a kind of few runs is drawn towards it, as if by so many runs of its own. */
const USUAL: Common = { alpha: [0.38, 0.5], floor: [0.86, 0.15], anneal: [1, 0.36] };
const PRIOR_RUNS = 4;
/** A part of a kind is nearer to it: by so many runs, and a run that looks like the part is so much likelier one of it. */
const WITHIN = { runs: 2, likelier: 2.5 };
/** Share of a fit's own variance that is not already part of the spread between runs. */
const OWN = 0.3;
/** Loss still to fall while forecasts are made, on average, in log. */
const STILL_TO_FALL = 0.08;

/**
 * @param runs at least one
 * @param within the kind that this one is a part of, as a recipe is of its source: it is drawn towards that
 */
export function learnKind(name: string, runs: readonly FinishedFit[], within?: RunKind): RunKind {
  const usual = within === undefined ? USUAL : commonOf(within);
  const as = within === undefined ? PRIOR_RUNS : WITHIN.runs;
  const absolute = runs.filter(({ fit }) => fit.absolute).length > runs.length / 2;
  const peaks = runs.filter(({ fit }) => fit.absolute).map(({ peak }) => Math.log(peak));
  return {
    name,
    weight: (within === undefined ? 1 : WITHIN.likelier) * Math.sqrt(runs.length),
    alpha: shrunk(
      runs.map(({ fit }) => fit.alpha),
      runs.map(({ fit }) => OWN * fit.variances.alpha),
      usual.alpha,
      as,
    ),
    floor: shrunk(
      runs.map(({ fit }) => fit.floor),
      runs.map(({ fit }) => OWN * fit.variances.floor),
      usual.floor,
      as,
    ),
    anneal: asShare(
      shrunk(
        runs.map(({ fit }) => fit.anneal / fit.usualAnneal),
        runs.map(({ fit }) => (OWN * fit.variances.anneal) / fit.usualAnneal ** 2),
        usual.anneal,
        as,
      ),
    ),
    looks: {
      absolute,
      logPeak: spread(peaks, 0.5),
      logLoss: spread(
        runs.map(({ end }) => end + STILL_TO_FALL),
        0.15,
      ),
      logNoise: spread(
        runs.map(({ noise }) => Math.log(Math.max(noise, 1e-4))),
        1,
      ),
    },
  };
}

const commonOf = ({ alpha, floor, anneal }: RunKind): Common => ({
  alpha,
  floor,
  anneal: [anneal[0], anneal[0] * anneal[1]],
});

const asShare = ([mean, deviation]: Spread): Spread => [mean, deviation / mean];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and spread over the runs, the prior counting for `runs` runs of its own. */
function shrunk(
  values: readonly number[],
  variances: readonly number[],
  [before, deviation]: Spread,
  runs: number,
): Spread {
  const n = values.length;
  const centre = mean(values);
  const variance = mean(values.map((value, i) => (value - centre) ** 2 + variances[i]!));
  const share = n / (n + runs / 2);
  const apart = ((n * runs) / (n + runs)) * (centre - before) ** 2 * 0.5;
  const pooled = (n * variance + runs * deviation ** 2 + apart) / (n + runs);
  return [share * centre + (1 - share) * before, Math.sqrt(pooled)];
}

/** Mean and spread, which is at least about `least` for few runs. */
function spread(values: readonly number[], least: number): Spread {
  if (values.length === 0) return [0, least];
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return [centre, Math.sqrt((squares + 2 * least ** 2) / (values.length + 2))];
}
