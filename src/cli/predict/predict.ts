// Does what `offcurve predict` asks, for one run or for a table of them.
import type { LawDocument } from '../../core/laws/law-document.js';
import { inMetric } from '../../core/laws/metric.js';
import { type Asked, type Prediction, predict } from '../../core/laws/predict.js';
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
  const said = asked.map((one) => asUserError(() => inMetric(document.metric, predict(document, one, options.level))));
  const beyond = asked.filter((one) => computeOf(one) > document.diagnostics.trusted_to_compute).length;
  if (beyond > 0)
    process.stderr.write(
      `offcurve: warning: ${beyond} of ${asked.length} lie beyond ${short(document.diagnostics.trusted_to_compute, 3)} FLOP, where this law has no evidence\n`,
    );
  if (options.plot) {
    const { plotPredictions } = await import('./predict-plot.js');
    await plotPredictions(options.plot, document, asked, said);
  }
  process.stdout.write(options.json ? said.map((one) => `${JSON.stringify(one)}\n`).join('') : report(asked, said));
}

const computeOf = ({ params, tokens, compute }: Asked): number =>
  compute ?? (params !== undefined && tokens !== undefined ? 6 * params * tokens : 0);

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
