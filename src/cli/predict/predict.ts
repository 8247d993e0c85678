// Does what `offcurve predict` asks, for one run or for a table of them.
import { beyondTable } from '../../core/laws/beyond-table.js';
import type { LawDocument } from '../../core/laws/law-document.js';
import { inMetric } from '../../core/laws/metric.js';
import { type Asked, type Prediction, placeAsked, predict } from '../../core/laws/predict.js';
import { FLOP_PER_PARAM_TOKEN } from '../../core/laws/run-table.js';
import { asUserError } from '../laws/as-user-error.js';
import { readFit } from '../laws/read-fit.js';
import { numbers, readRows } from '../laws/read-law-table.js';
import { counted, percent, short, textTable } from '../laws/text-table.js';
import { UserError } from '../user-error.js';

export interface PredictOptions {
  params?: string;
  tokens?: string;
  compute?: string;
  unique?: string;
  table?: string;
  level: number;
  plot?: string;
  json?: boolean;
}

const INPUTS = ['params', 'tokens', 'compute', 'unique'] as const;

export async function predictRuns(path: string, options: PredictOptions): Promise<void> {
  const document = await readFit(path);
  const asked = options.table ? await askedRows(options.table, document, options) : [askedOnce(options)];
  if (!options.table) refuseContradiction(document, asked[0]!);
  const said = asked.map((one) => asUserError(() => inMetric(document.metric, predict(document, one, options.level))));
  for (const warning of warningsOn(document, asked)) process.stderr.write(`offcurve: warning: ${warning}\n`);
  if (options.plot) {
    const { plotPredictions } = await import('./predict-plot.js');
    await plotPredictions(options.plot, document, asked, said);
  }
  process.stdout.write(options.json ? said.map((one) => `${JSON.stringify(one)}\n`).join('') : report(asked, said));
}

/** One line however many rows: how many ask for what no run of the table bears out, and what the first of them asks. */
function warningsOn(document: LawDocument, asked: readonly Asked[]): string[] {
  const beyond = asked.map((one) => beyondTable(document, placeAsked(document, one)));
  const far = [...beyond.keys()].filter((i) => beyond[i]!.length > 0);
  if (far.length === 0) return [];
  const where = asked.length === 1 ? '' : `${far.length} of ${asked.length} rows, first row ${far[0]! + 1}: `;
  return [`${where}${beyond[far[0]!]!.join(', and ')}, where this law has no evidence`];
}

/** Compute may honestly differ from 6ND by attention, embeddings and recomputation, but not by this factor. */
const FAR_FROM_6ND = 2;

/** @throws UserError where all three are given and do not go together, and the fit itself counted by 6ND. */
function refuseContradiction(document: LawDocument, { params, tokens, compute }: Asked): void {
  if (params === undefined || tokens === undefined || compute === undefined || document.columns.compute !== null)
    return;
  const made = FLOP_PER_PARAM_TOKEN * params * tokens;
  if (compute > made * FAR_FROM_6ND || compute < made / FAR_FROM_6ND)
    throw new UserError(
      `--compute ${short(compute, 3)} contradicts 6·N·D = ${short(made, 3)} of --params and --tokens`,
      'give --params and --tokens, or --compute alone',
    );
}

function askedOnce(options: PredictOptions): Asked {
  const asked: Asked = {};
  for (const input of INPUTS) {
    const text = options[input];
    if (text === undefined) continue;
    const value = Number(text);
    if (!(value > 0 && Number.isFinite(value)))
      throw new UserError(`--${input} ${text} is no number above 0`, 'without --table it takes a number, such as 7e9');
    asked[input] = value;
  }
  return asked;
}

/** Columns as named, else those of the fit where the table has them. */
async function askedRows(path: string, document: LawDocument, options: PredictOptions): Promise<Asked[]> {
  const { rows, columns } = await readRows(path);
  if (rows.length === 0) throw new UserError(`${path} holds no rows`, 'give a row for each run');
  const found = INPUTS.flatMap((input) => {
    const named = options[input];
    const usual = input === 'unique' ? undefined : (document.columns[input] ?? undefined);
    if (named !== undefined && !columns.includes(named))
      throw new UserError(`there is no column ${named} (--${input})`, `the table has ${columns.join(', ')}`);
    const column = named ?? (usual && columns.includes(usual) ? usual : undefined);
    return column === undefined ? [] : [{ input, values: numbers(rows, column) }];
  });
  if (found.length === 0)
    throw new UserError(
      'no column says what the runs are',
      `name them by --params and --tokens; the table has ${columns.join(', ')}`,
    );
  return rows.map((_, i) => Object.fromEntries(found.map(({ input, values }) => [input, values[i]!])));
}

function report(asked: readonly Asked[], said: readonly Prediction[]): string {
  const shown = (value?: number): string => (value === undefined ? '–' : counted(value));
  return textTable(
    ['N', 'D', 'loss', `lower (${percent(said[0]!.level, 0)})`, 'upper'],
    said.map(({ loss, lower, upper }, i) => [
      shown(asked[i]!.params),
      shown(asked[i]!.tokens),
      short(loss),
      short(lower),
      short(upper),
    ]),
  );
}
