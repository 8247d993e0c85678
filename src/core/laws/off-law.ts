// Which finished runs lie far off the law of their family's other runs, and what that is worth in compute.
import { fallingFactor } from '../math/falling-factor.js';
import { robustDeviation } from '../math/quantile.js';
import { centralT } from '../math/student.js';
import { variedIn } from './auto-forms.js';
import { AUTO } from './fit-auto.js';
import { fitLaw } from './fit-law.js';
import type { FitLawOptions } from './fitted.js';
import type { LawDocument } from './law-document.js';
import { LawError } from './law-error.js';
import { deviationAt, halfWidthAt, intervalAt } from './law-interval.js';
import { logLoss } from './law-loss.js';
import { type Place, type RunTable, pickRows, placeOf, rowsOf } from './run-table.js';

export interface Estimated {
  value: number;
  lower: number;
  upper: number;
}

/** A run off its family's law; bounds are those of 90 %. */
export interface OffLaw {
  row: number;
  measured: number;
  /** What the law of the other runs says, for the measured loss of a new run. */
  expected: Estimated;
  /** How many predictive deviations off; above nothing where the run is worse. */
  sigma: number;
  /** Share of its compute that a run on the law would not have needed for this loss; below nothing where it would have needed more. */
  share: Estimated;
  /** Runs that the law leans on. */
  others: number;
}

const LEVEL = 0.9;
/** A law of fewer other runs is no measure for anybody. */
const LEAST_OTHERS = 10;
/** One healthy run in a thousand is called off. */
const FAR = 0.999;
/** Seeds, data orders and the end of a schedule move a loss by less than this, whatever the law's own table says. */
const LEAST_OFF = 0.01;
/** Runs whose residual is so many robust deviations are worth a fit without them: a run pulls the law towards itself. */
const SUSPECT = 3;
const LEAST_SCATTER = 0.003;
const MOST_SUSPECTS = 8;
/** Where a larger share would be off, it is the law that does not hold, and its own spread says so. */
const MOST_OFF = 0.2;
/** One row of so many does not pull. */
const PULLS_NOT = 500;
/** ln of the most that a run is called worth, either way. */
const MOST_FACTOR = Math.log(100);

/**
 * All runs that are off, worst first. Two laws must agree: `auto`, which weights the top, and one by its own formula that
 * takes all runs alike; `sigma` is the milder word. Whoever is found off is no part of the law that the next is judged by.
 * @param judged rows that may be called off
 */
export function offLaw(table: RunTable, judged: readonly number[]): OffLaw[] {
  const rows = rowsOf(table);
  if (rows <= LEAST_OTHERS) return [];
  const whole = [firstLaw(table), ...secondLaw(table)];
  const off = new Map<number, OffLaw>();
  for (const row of suspectsOf(whole, table, judged)) {
    const others = [...table.loss.keys()].filter((other) => other !== row && !off.has(other));
    if (others.length < LEAST_OTHERS) break;
    const rest = pickRows(table, others);
    const first = rows > PULLS_NOT ? whole[0]! : firstLaw(rest);
    // Most suspects are cleared by the first law, which is the quicker to fit.
    if (!isFar([first], table, row)) continue;
    const laws = rows > PULLS_NOT ? whole : [first, ...secondLaw(rest)];
    if (isFar(laws, table, row)) off.set(row, wordOn(laws, table, row));
  }
  if (off.size > MOST_OFF * rows) return [];
  return [...off.values()].sort((one, other) => Math.abs(other.sigma) - Math.abs(one.sigma));
}

/** Rows that stick out of either law's residuals, the furthest first. */
function suspectsOf(laws: readonly LawDocument[], table: RunTable, judged: readonly number[]): number[] {
  const sizes = new Float64Array(rowsOf(table));
  for (const law of laws) {
    const residuals = table.loss.map((loss, row) => Math.log(loss) - logLoss(law, placeOf(table, row)));
    const scatter = Math.max(robustDeviation(residuals), LEAST_SCATTER);
    residuals.forEach((residual, row) => (sizes[row] = Math.max(sizes[row]!, Math.abs(residual) / scatter)));
  }
  return judged
    .filter((row) => sizes[row]! > SUSPECT)
    .sort((one, other) => sizes[other]! - sizes[one]!)
    .slice(0, MOST_SUSPECTS);
}

const SECOND = { both: 'additive-power', params: 'kaplan-n', tokens: 'kaplan-d', compute: 'kaplan-c' } as const;

const optionsFor = (law: string): FitLawOptions => ({
  columns: { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' },
  ...{ law, bootstrap: 0, seed: 1, delta: 1e-3, level: LEVEL, irreducible: true },
});

const firstLaw = (table: RunTable): LawDocument => fitLaw(table, optionsFor(AUTO));

/** A law that takes all runs alike; none where the table does not carry it. */
function secondLaw(table: RunTable): LawDocument[] {
  try {
    return [fitLaw(table, optionsFor(SECOND[variedIn(table)]))];
  } catch (error) {
    if (error instanceof LawError) return [];
    throw error;
  }
}

function isFar(laws: readonly LawDocument[], table: RunTable, row: number): boolean {
  const law = laws[0]!;
  const off = Math.log(table.loss[row]!) - logLoss(law, placeOf(table, row));
  const far = centralT(FAR, law.calibration.degrees_of_freedom);
  return Math.abs(sigmaOf(laws, table, row)) > far && Math.abs(off) > LEAST_OFF;
}

/** The milder of the laws' words; nothing where one calls the run better and the other worse. */
function sigmaOf(laws: readonly LawDocument[], table: RunTable, row: number): number {
  const place = placeOf(table, row);
  const said = laws.map((law) => (Math.log(table.loss[row]!) - logLoss(law, place)) / deviationAt(law, place));
  const mildest = said.reduce((mild, one) => (Math.abs(one) < Math.abs(mild) ? one : mild));
  return said.every((one) => one > 0 === mildest > 0) ? mildest : 0;
}

function wordOn(laws: readonly LawDocument[], table: RunTable, row: number): OffLaw {
  const [law] = laws as [LawDocument];
  const place = placeOf(table, row);
  const measured = table.loss[row]!;
  const value = Math.exp(logLoss(law, place));
  const half = halfWidthAt(law, place, LEVEL);
  const share = (loss: number): number => 1 - factorFor(law, place, loss);
  return {
    row,
    measured,
    expected: { value, ...intervalAt(law, place, value, LEVEL) },
    sigma: sigmaOf(laws, table, row),
    share: {
      value: share(measured),
      lower: share(measured * Math.exp(-half)),
      upper: share(measured * Math.exp(half)),
    },
    others: law.points,
  };
}

/** What part of its compute, N and D alike, a run on the law needs for a loss. */
function factorFor(law: LawDocument, { params, tokens, compute, unique }: Place, loss: number): number {
  const grown = (factor: number): Place => {
    const side = Math.sqrt(factor);
    return { params: params * side, tokens: tokens * side, compute: compute * factor, unique };
  };
  const target = Math.log(loss);
  const found = fallingFactor((factor) => logLoss(law, grown(factor)), target, MOST_FACTOR);
  if (!Number.isNaN(found)) return found;
  return Math.exp(logLoss(law, grown(1)) > target ? MOST_FACTOR : -MOST_FACTOR);
}
