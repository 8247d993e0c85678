// Which finished runs lie far off the law of their family's other runs, and what that is worth in compute.
import { fallingFactor } from '../math/falling-factor.js';
import { centralT } from '../math/student.js';
import { variedIn } from './auto-forms.js';
import { deviationAt, intervalAt } from './calibration.js';
import { AUTO } from './fit-auto.js';
import { fitLaw } from './fit-law.js';
import type { FitLawOptions } from './fitted.js';
import type { LawDocument } from './law-document.js';
import { LawError } from './law-error.js';
import { logLoss } from './predict.js';
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
/** A run pulls the law towards itself: this share as far off with itself in the table is worth a fit without it. */
const SUSPECT = 0.6;
const MOST_SUSPECTS = 8;
/** One row of so many does not pull. */
const PULLS_NOT = 500;
/** ln of the most that a run is called worth, either way. */
const MOST_FACTOR = Math.log(100);

/**
 * All runs that are off, worst first. Two laws must agree: `auto`, which weights the top, and one by its own formula that
 * takes all runs alike; `sigma` is the milder word.
 * @param judged rows that may be called off
 */
export function offLaw(table: RunTable, judged: readonly number[]): OffLaw[] {
  const rows = rowsOf(table);
  if (rows <= LEAST_OTHERS) return [];
  const whole = lawsOf(table);
  const far = centralT(FAR, whole[0]!.calibration.degrees_of_freedom);
  const suspects = judged
    .map((row) => ({ row, sigma: sigmaOf(whole, table, row) }))
    .filter(({ sigma }) => Math.abs(sigma) > SUSPECT * far)
    .sort((one, other) => Math.abs(other.sigma) - Math.abs(one.sigma))
    .slice(0, MOST_SUSPECTS);
  return suspects
    .map(({ row }) => wordOn(rows > PULLS_NOT ? whole : lawsOf(without(table, row)), table, row))
    .filter(
      ({ sigma, measured, expected }) =>
        Math.abs(sigma) > far && Math.abs(Math.log(measured / expected.value)) > LEAST_OFF,
    )
    .sort((one, other) => Math.abs(other.sigma) - Math.abs(one.sigma));
}

const without = (table: RunTable, row: number): RunTable =>
  pickRows(
    table,
    [...table.loss.keys()].filter((other) => other !== row),
  );

const SECOND = { both: 'additive-power', params: 'kaplan-n', tokens: 'kaplan-d', compute: 'kaplan-c' } as const;

/** `auto` and, where the table carries it, a law that takes all runs alike. */
function lawsOf(table: RunTable): LawDocument[] {
  const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
  const options = (law: string): FitLawOptions => ({
    ...{ law, columns, bootstrap: 0, seed: 1, delta: 1e-3, level: LEVEL, irreducible: true },
  });
  const first = fitLaw(table, options(AUTO));
  try {
    return [first, fitLaw(table, options(SECOND[variedIn(table)]))];
  } catch (error) {
    if (error instanceof LawError) return [first];
    throw error;
  }
}

/** The milder of the laws' words; nothing where one calls the run better and the other worse. */
function sigmaOf(laws: readonly LawDocument[], table: RunTable, row: number): number {
  const place = placeOf(table, row);
  const said = laws.map(
    (law) => (Math.log(table.loss[row]!) - logLoss(law, place)) / deviationAt(law.calibration, place.compute),
  );
  const mildest = said.reduce((mild, one) => (Math.abs(one) < Math.abs(mild) ? one : mild));
  return said.every((one) => one > 0 === mildest > 0) ? mildest : 0;
}

function wordOn(laws: readonly LawDocument[], table: RunTable, row: number): OffLaw {
  const [law] = laws as [LawDocument];
  const place = placeOf(table, row);
  const measured = table.loss[row]!;
  const value = Math.exp(logLoss(law, place));
  const half = centralT(LEVEL, law.calibration.degrees_of_freedom) * deviationAt(law.calibration, place.compute);
  const share = (loss: number): number => 1 - factorFor(law, place, loss);
  return {
    row,
    measured,
    expected: { value, ...intervalAt(law.calibration, value, place.compute, LEVEL) },
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
