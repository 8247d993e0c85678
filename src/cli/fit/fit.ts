// Does what `offcurve fit` asks: reads, warns, fits, prints.
import { fitLaw } from '../../core/laws/fit-law.js';
import { lawNamed } from '../../core/laws/law-names.js';
import { farOutWarning, residualsAlike, tableWarnings } from '../../core/laws/table-warnings.js';
import { logLoss } from '../../core/laws/law-loss.js';
import { placeOf } from '../../core/laws/run-table.js';
import { asUserError } from '../laws/as-user-error.js';
import { type ColumnOptions, readLawTable } from '../laws/read-law-table.js';
import { fitReport } from './fit-report.js';

export interface FitCommandOptions extends ColumnOptions {
  law: string;
  bootstrap: number;
  seed: number;
  delta: number;
  irreducible?: boolean;
  plot?: string;
  json?: boolean;
}

const LEVEL = 0.9;

export async function fit(path: string, options: FitCommandOptions): Promise<void> {
  const { law, bootstrap, seed, delta, irreducible } = options;
  const needs = law === 'auto' ? ['params', 'tokens'] : asUserError(() => lawNamed(law)).inputs;
  const { table, columns, rows, computeGiven, metric } = await readLawTable(path, options, needs);
  const document = asUserError(() =>
    fitLaw(table, { law, bootstrap, seed, delta, irreducible, level: LEVEL, columns, metric }),
  );
  const numbered = (list: { row: number }[]): void => list.forEach((one) => (one.row = rows[one.row - 1]!));
  const own = (): Float64Array =>
    table.loss.map((loss, row) => Math.log(loss) - logLoss(document, placeOf(table, row)));
  const residuals = (law === 'auto' ? residualsAlike(table, delta) : null) ?? own();
  const warnings = [
    ...tableWarnings(table, rows, computeGiven, law === 'kaplan-steps'),
    ...farOutWarning(residuals, rows),
    ...(document.converged ? [] : ['the fit did not converge: take its figures with care']),
  ];
  for (const warning of warnings) process.stderr.write(`offcurve: warning: ${warning}\n`);
  if (options.plot) {
    const { plotLaw } = await import('../laws/law-plot.js');
    await plotLaw(options.plot, document, table, LEVEL);
  }
  // From here on rows are numbered as the user's file numbers them.
  numbered(document.diagnostics.residuals.largest);
  numbered(document.diagnostics.influential);
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : fitReport(document));
}
