// Fits a law, or `auto`, to a table and gathers all that its document holds.
import { AUTO, fitAuto } from './fit-auto.js';
import { type FitLawOptions, type Fitted, KEPT_DRAWS } from './fitted.js';
import { type Spread, resamples, spreadOver } from './bootstrap.js';
import { calibrate } from './calibration.js';
import { influentialRows, residualsOf } from './diagnose.js';
import { identified, inertIn } from './identification.js';
import { DOCUMENT_VERSION, type FormDocument, type LawDocument } from './law-document.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { logLoss } from './law-loss.js';
import { lawNamed } from './law-names.js';
import { type Origin, rollingMisses } from './rolling-misses.js';
import { type Place, type RunTable, rowsOf } from './run-table.js';
import { deviation, quantile, robustDeviation } from '../math/quantile.js';

/** No test further down a table says what comes more than a tenfold beyond its top. */
const FURTHEST = 10;

/** @throws LawError where the table cannot carry the law. */
export function fitLaw(table: RunTable, options: FitLawOptions): LawDocument {
  const fitted = options.law === AUTO ? fitAuto(table, options) : fitNamed(table, lawNamed(options.law), options);
  const { forms, spread, draws, origins } = fitted;
  const first = forms[0]!;
  const range = {
    params: rangeOf(table.params),
    tokens: rangeOf(table.tokens),
    compute: rangeOf(table.compute),
    loss: rangeOf(table.loss),
  };
  const said = (place: Place): number => logLoss({ forms }, place);
  const calibration = calibrate(origins, fitted.noise, range.compute.max, options.law === AUTO);
  const { flags, notes } = identified(
    first.parameters,
    spread,
    range.loss.min,
    inertIn(table, lawNamed(first.law), first.parameters, fitted.noise),
  );
  const far = farPlace(table);
  return {
    version: DOCUMENT_VERSION,
    law: options.law,
    forms,
    calibration,
    columns: options.columns,
    ...(options.metric && { metric: options.metric }),
    range,
    parameters: first.parameters,
    standard_errors: spread.standardErrors,
    intervals: { level: options.level, ...spread.intervals },
    objective: fitted.objective,
    points: rowsOf(table),
    converged: fitted.converged,
    diagnostics: {
      identified: flags,
      notes: [...fitted.notes, ...notes],
      residuals: residualsOf(table, said),
      influential: influentialRows(table, said, said(far), (weights) => fitted.refit(weights)(far)),
      trusted_to_compute: range.compute.max * Math.min(calibration.tested_to, FURTHEST),
      bootstraps: fitted.bootstraps,
    },
    optimum: optimumOf(lawNamed(first.law), first.parameters, draws, options.level),
  };
}

function fitNamed(table: RunTable, kind: LawKind, options: FitLawOptions): Fitted {
  const { delta, irreducible, bootstrap, seed, level } = options;
  const asked: LawOptions = { delta, irreducible };
  const fit = kind.fit(table, asked);
  const names = kind.parameters({ irreducible });
  const draws: Parameters[] = [];
  for (const weights of resamples(table, bootstrap, seed)) {
    const again = kind.fit(table, { ...asked, weights, from: fit });
    if (names.every((name) => Number.isFinite(again.parameters[name]))) draws.push(again.parameters);
  }
  const spread = spreadOver(names, draws, level, rowsOf(table));
  const origins = rollingMisses(table, (seen) => {
    const low = kind.fit(seen, asked);
    return (place) => Math.log(kind.loss(low.parameters, place));
  });
  return {
    forms: [formOf(kind.name, names, fit, draws, spread, origins)],
    spread,
    draws,
    objective: fit.objective,
    converged: fit.converged,
    noise: noiseOf(table, kind, fit.parameters),
    origins,
    notes: [],
    bootstraps: draws.length,
    refit: (weights) => {
      const again = kind.fit(table, { ...asked, weights, from: fit });
      return (place) => Math.log(kind.loss(again.parameters, place));
    },
  };
}

function formOf(
  law: string,
  names: readonly string[],
  { parameters }: LawFit,
  draws: readonly Parameters[],
  { covariance }: Spread,
  origins: readonly Origin[],
): FormDocument {
  return {
    law,
    weight: 1,
    parameters,
    covariance,
    top_power: 0,
    draws: draws.slice(0, KEPT_DRAWS).map((draw) => names.map((name) => draw[name]!)),
    rolling_miss: rollingRms(origins),
  };
}

export function rollingRms(origins: readonly Origin[]): number | null {
  const all = origins.flatMap(({ misses }) => misses.map(({ miss }) => miss * miss));
  return all.length > 0 ? Math.sqrt(all.reduce((sum, v) => sum + v, 0) / all.length) : null;
}

/** Deviation of log residuals, between the robust one and the plain one: tails count, but do not rule. */
function noiseOf(table: RunTable, kind: LawKind, parameters: Parameters): number {
  const residuals = table.loss.map(
    (loss, row) =>
      Math.log(loss) -
      Math.log(
        kind.loss(parameters, {
          params: table.params[row]!,
          tokens: table.tokens[row]!,
          compute: table.compute[row]!,
          unique: table.unique?.[row],
        }),
      ),
  );
  return Math.sqrt(robustDeviation(residuals) * deviation(residuals));
}

function optimumOf(
  kind: LawKind,
  parameters: Parameters,
  draws: readonly Parameters[],
  level: number,
): LawDocument['optimum'] {
  if (!kind.optimum) return null;
  const best = kind.optimum(parameters);
  if (draws.length === 0) return best;
  const all = draws.map((draw) => kind.optimum!(draw));
  const interval = (key: 'a' | 'b'): { lower: number; upper: number } => ({
    lower: quantile(
      all.map((one) => one[key]),
      (1 - level) / 2,
    ),
    upper: quantile(
      all.map((one) => one[key]),
      (1 + level) / 2,
    ),
  });
  return { ...best, intervals: { a: interval('a'), b: interval('b') } };
}

function rangeOf(column: Float64Array): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of column) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** Ten times the largest compute, with N and D grown alike from the run that has it. */
function farPlace(table: RunTable): { params: number; tokens: number; compute: number } {
  const top = table.compute.reduce((best, value, row) => (value > table.compute[best]! ? row : best), 0);
  const grown = Math.sqrt(10);
  return { params: table.params[top]! * grown, tokens: table.tokens[top]! * grown, compute: table.compute[top]! * 10 };
}
