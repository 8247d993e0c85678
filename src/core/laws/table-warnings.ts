// What is odd about a table, though a law can be fitted to it: what, where, and what to do.
import { mean, robustDeviation } from '../math/quantile.js';
import { variedIn } from './auto-forms.js';
import { groupsOf } from './bootstrap.js';
import { LawError } from './law-error.js';
import { lawNamed } from './law-names.js';
import { FLOP_PER_PARAM_TOKEN, type RunTable, placeOf, rowsOf } from './run-table.js';

const MANY = 0.5;
/** Compute may honestly differ from 6ND by attention, embeddings and recomputation, but not by this factor. */
const FAR_FROM_6ND = 2;
/** In robust deviations of the residuals, of which the least that counts is this. */
const FAR_OUT = 8;
const LEAST_SCALE = 0.01;

/**
 * @param rows numbers of the table's rows as the user counts them
 * @param steps the column of tokens holds steps, which may be few
 */
export function tableWarnings(
  table: RunTable,
  rows: readonly number[],
  computeGiven: boolean,
  steps = false,
): string[] {
  const said: string[] = [];
  const n = rowsOf(table);
  const where = (some: number[]): string =>
    some.length > 5
      ? `${some.length} of ${n} rows, first row ${rows[some[0]!]}`
      : `row${some.length > 1 ? 's' : ''} ${some.map((i) => rows[i]).join(', ')}`;
  const all = [...table.loss.keys()];
  const swapped = all.filter((i) => table.tokens[i]! > 1 && table.tokens[i]! < table.params[i]!);
  if (!steps && swapped.length > MANY * n)
    said.push(`D is below N in ${where(swapped)}: if the columns are swapped, name them by --params and --tokens`);
  if (computeGiven) {
    const odd = all.filter((i) => {
      const ratio = table.compute[i]! / (FLOP_PER_PARAM_TOKEN * table.params[i]! * table.tokens[i]!);
      return ratio > FAR_FROM_6ND || ratio < 1 / FAR_FROM_6ND;
    });
    if (odd.length > 0)
      said.push(
        `compute contradicts 6·N·D by more than ${FAR_FROM_6ND}× in ${where(odd)}: check the unit (FLOP) or leave --compute out`,
      );
  }
  said.push(...unitWarnings(table, where, steps));
  const rising = correlationOf(
    table.compute.map((value) => Math.log(value)),
    table.loss.map((value) => Math.log(value)),
  );
  if (n >= LEAST_FOR_TREND && !(rising < 0))
    said.push(
      'the loss does not fall with compute, and a law that falls is no finding here: check the columns; for accuracy and ' +
        'the like say --direction higher --floor 1',
    );
  const groups = groupsOf(table);
  const settings = new Set(groups).size;
  if (settings < n)
    said.push(
      `${n - settings} rows repeat an (N, D) that another row has: taken as seeds, drawn together in bootstraps`,
    );
  return said;
}

/** Fewer parameters or tokens than this are no model and no data: they were counted in thousands, millions or billions. */
const FEWEST_PARAMS = 1_000;
const FEWEST_TOKENS = 100_000;
/** Of three rows every second order rises by chance. */
const LEAST_FOR_TREND = 4;

function unitWarnings({ params, tokens }: RunTable, where: (rows: number[]) => string, steps: boolean): string[] {
  const few = (column: Float64Array, fewest: number): number[] =>
    // A table without the column counts each row as one.
    column.every((value) => value === 1) ? [] : [...column.keys()].filter((row) => column[row]! < fewest);
  const said = (name: string, what: string, rows: number[], least: number): string[] =>
    rows.length === 0
      ? []
      : [
          `${name} is below ${least} in ${where(rows)}: if it counts millions or billions, write ${what} themselves, since ` +
            'FLOP, hours and prices are made from them',
        ];
  return [
    ...said('N', 'parameters', few(params, FEWEST_PARAMS), FEWEST_PARAMS),
    ...(steps ? [] : said('D', 'tokens', few(tokens, FEWEST_TOKENS), FEWEST_TOKENS)),
  ];
}

/** Pearson's; NaN where either is constant. */
function correlationOf(x: Float64Array, y: Float64Array): number {
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += (x[i]! - mx) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
    yy += (y[i]! - my) ** 2;
  }
  return xx > 0 ? xy / Math.sqrt(xx * yy) : -1;
}

/** Kinds of law that take all rows alike, by what a table varies. */
const ALIKE = { both: 'chinchilla', params: 'kaplan-n', tokens: 'kaplan-d', compute: 'kaplan-c' } as const;

/**
 * ln(measured/said) by a law that takes all rows alike and goes by most of them: `auto` follows the top, even where the top
 * row is the one that is wrong. Null where the table does not carry such a law.
 */
export function residualsAlike(table: RunTable, delta: number): Float64Array | null {
  const kind = lawNamed(ALIKE[variedIn(table)]);
  try {
    const { parameters } = kind.fit(table, { delta, irreducible: true });
    return table.loss.map((loss, row) => Math.log(loss / kind.loss(parameters, placeOf(table, row))));
  } catch (error) {
    if (error instanceof LawError) return null;
    throw error;
  }
}

const MOST_NAMED = 5;

/** Rows that a law misses by far more than the others. */
export function farOutWarning(residuals: Float64Array, rows: readonly number[]): string[] {
  const scale = Math.max(robustDeviation(residuals), LEAST_SCALE);
  const far = [...residuals.keys()]
    .filter((row) => Math.abs(residuals[row]!) > FAR_OUT * scale)
    .sort((one, other) => Math.abs(residuals[other]!) - Math.abs(residuals[one]!));
  if (far.length === 0) return [];
  const named = far
    .slice(0, MOST_NAMED)
    .map((row) => `row ${rows[row]} (${(100 * Math.expm1(residuals[row]!)).toFixed(1)} %)`);
  const more = far.length > MOST_NAMED ? ` and ${far.length - MOST_NAMED} more` : '';
  return [
    `far from the law and from all others: ${named.join(', ')}${more}: check them, or leave them out by --exclude`,
  ];
}
