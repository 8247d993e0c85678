// `auto`: several forms, each fitted at several weights of the top rows, averaged with equal weights.
import { type AutoForm, type Varied, fitForms, variedIn } from './auto-forms.js';
import { type Spread, groupsOf, spreadOver } from './bootstrap.js';
import { type FitLawOptions, type Fitted, KEPT_DRAWS } from './fitted.js';
import type { FormDocument } from './law-document.js';
import type { Parameters } from './law-kind.js';
import { normalFrom, seededUniform } from '../math/random.js';
import { SLOTS } from './power-sum.js';
import { requireRows } from './require.js';
import { middleDeviation } from './law-draws.js';
import { LawError } from './law-error.js';
import { type Origin, rollingMisses } from './rolling-misses.js';
import { type RunTable, rowsOf } from './run-table.js';
import { WEIGHTED_FIT } from './weighted-fit.js';

export const AUTO = 'auto';

/** Beliefs are wider than laws differ: by this share of their deviations they move. Found on planted laws; see docs/lab-log.md. */
const MOVED = 0.75;

const NOTES: Record<Varied, string | null> = {
  both: null,
  params: 'D never varied: its exponent is not identified, the law is one of N alone',
  tokens: 'N never varied: its exponent is not identified, the law is one of D alone',
  compute: 'N and D grew in lock-step: their shares are not identified, the law is one of compute alone',
};

/**
 * Forms and their weights; the first is the sum of powers at the middle weight of the top, whose parameters are the best
 * known. Equal weights: weighting the forms by how well each forecast the table's own top rows was no better on any source.
 * @throws LawError where neither N nor D varied, or there are fewer than four rows.
 */
export function fitAuto(table: RunTable, { bootstrap, seed, level }: FitLawOptions): Fitted {
  requireRows(table, 4, AUTO);
  const varied = variedIn(table);
  if (varied === 'tokens' && table.tokens.every((value) => value === table.tokens[0]))
    throw new LawError('neither N (parameters) nor D (tokens) varied', 'add runs of other sizes');
  const forms = fitForms(table, varied);
  const weight = 1 / forms.length;
  const draws = drawsOf(table, varied, forms, bootstrap, seed);
  const { origins, byForm } = originsOf(table, forms.length);
  const order = [...forms.keys()].sort((i, j) => rank(i, forms.length) - rank(j, forms.length));
  const documents = order.map((i): FormDocument => {
    const { kind, parameters, topPower } = forms[i]!;
    const names = Object.keys(parameters);
    return {
      law: kind.name,
      weight,
      parameters,
      covariance: spreadOver(names, draws[i]!, level).covariance,
      top_power: topPower,
      draws: draws[i]!.slice(0, KEPT_DRAWS).map((draw) => names.map((name) => draw[name]!)),
      rolling_miss: byForm[i]!.count > 0 ? Math.sqrt(byForm[i]!.square / byForm[i]!.count) : null,
    };
  });
  const first = order[0]!;
  const note = NOTES[varied];
  return {
    forms: documents,
    spread: spreadOfDraws(Object.keys(forms[first]!.parameters), draws[first]!, level),
    draws: draws[first]!,
    objective: forms[first]!.fit.cost,
    converged: forms.every(({ fit }) => fit.converged),
    noise: noiseOf(forms),
    origins,
    notes: note ? [note] : [],
    bootstraps: draws.reduce((sum, each) => sum + each.length, 0),
    refit: (weights) => sayOf(fitForms(table, varied, weights, forms)),
  };
}

/** As of bootstraps, with errors that a few draws far out do not lead: coefficients A and B run over orders of magnitude. */
function spreadOfDraws(names: readonly string[], draws: readonly Parameters[], level: number): Spread {
  const spread = spreadOver(names, draws, level);
  if (spread.covariance === null) return spread;
  const standardErrors = names.map((name) => [name, middleDeviation(draws.map((draw) => draw[name]!))]);
  return { ...spread, standardErrors: Object.fromEntries(standardErrors) as Spread['standardErrors'] };
}

/** The middle forms first, the sum before the join. */
function rank(index: number, count: number): number {
  const perPower = Math.max(1, Math.round(count / 3));
  return Math.abs(Math.floor(index / perPower) - 1) * 10 + index;
}

const sayOf =
  (forms: readonly AutoForm[]) =>
  ({ params, tokens, compute }: { params: number; tokens: number; compute: number }): number =>
    forms.reduce((sum, form) => sum + form.logLoss(params, tokens, compute), 0) / forms.length;

/**
 * By form, its refits to losses moved by their noise, with beliefs moved as well: rows drawn with replacement would leave the
 * few that tell of the top out of many draws, and beliefs left where they are would hold all draws together. The number
 * asked for is shared out among the forms.
 */
function drawsOf(
  table: RunTable,
  varied: Varied,
  forms: readonly AutoForm[],
  asked: number,
  seed: number,
): Parameters[][] {
  const draws = forms.map((): Parameters[] => []);
  const uniform = seededUniform(seed);
  const groups = groupsOf(table);
  const noise = noiseOf(forms);
  for (let time = 0; time < Math.ceil(asked / forms.length); time++) {
    // Misses of runs with one N and D are not independent.
    const miss = new Map<number, number>();
    for (const group of groups) if (!miss.has(group)) miss.set(group, noise * normalFrom(uniform));
    const loss = table.loss.map((value, row) => value * Math.exp(miss.get(groups[row]!)!));
    const moved = Float64Array.from({ length: SLOTS }, () => MOVED * normalFrom(uniform));
    fitForms({ ...table, loss }, varied, undefined, forms, { ...WEIGHTED_FIT, moved }).forEach(({ parameters }, i) =>
      draws[i]!.push(parameters),
    );
  }
  return draws;
}

const noiseOf = (forms: readonly AutoForm[]): number =>
  forms.reduce((sum, { fit }) => sum + fit.noise, 0) / forms.length;

function originsOf(table: RunTable, count: number): { origins: Origin[]; byForm: { square: number; count: number }[] } {
  const byForm = Array.from({ length: count }, () => ({ square: 0, count: 0 }));
  const measured = new Map<string, number>();
  for (let row = 0; row < rowsOf(table); row++) measured.set(keyOf(table, row), Math.log(table.loss[row]!));
  const origins = rollingMisses(table, (seen) => {
    const varied = variedIn(seen);
    const refits = fitForms(seen, varied);
    return (place) => {
      const each = refits.map((form) => form.logLoss(place.params, place.tokens, place.compute));
      const truth = measured.get(`${place.params} ${place.tokens}`);
      if (each.length === count && truth !== undefined)
        each.forEach((said, i) => {
          byForm[i]!.square += (truth - said) ** 2;
          byForm[i]!.count++;
        });
      return each.reduce((sum, v) => sum + v, 0) / each.length;
    };
  });
  return { origins, byForm };
}

const keyOf = (table: RunTable, row: number): string => `${table.params[row]} ${table.tokens[row]}`;
