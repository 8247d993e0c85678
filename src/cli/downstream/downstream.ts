// Does what `offcurve downstream` asks.
import { fitLaw } from '../../core/laws/fit-law.js';
import {
  type AccuracyPrediction,
  type TaskDocument,
  accuracyAtLoss,
  accuracyAtRun,
  fitStepTwo,
} from '../../core/laws/task-document.js';
import { asUserError } from '../laws/as-user-error.js';
import { type ColumnOptions, readAccuracies, readLawTable } from '../laws/read-law-table.js';
import { percent, short } from '../laws/text-table.js';
import { UserError } from '../user-error.js';

export interface DownstreamOptions extends ColumnOptions {
  accuracy: string;
  checkpoints?: string;
  law: string;
  bootstrap: number;
  seed: number;
  atLoss?: number;
  atParams?: number;
  atTokens?: number;
  level: number;
  plot?: string;
  json?: boolean;
}

const DELTA = 1e-3;

export async function downstream(path: string, options: DownstreamOptions): Promise<void> {
  const { law, bootstrap, seed, level } = options;
  const wanted = options.atParams !== undefined || options.atTokens !== undefined;
  if (wanted && (options.atParams === undefined || options.atTokens === undefined))
    throw new UserError('a run needs both N and D', 'give --at-params and --at-tokens');
  if (wanted && options.atLoss !== undefined)
    throw new UserError('--at-loss and a run are both given', 'give --at-loss, or --at-params with --at-tokens');
  const first = await readLawTable(path, options, wanted ? ['params', 'tokens'] : []);
  const loss = first.columns.loss;
  const second = await readAccuracies(options.checkpoints ?? path, [loss, options.accuracy], options);
  const varied = first.columns.params !== null && first.columns.tokens !== null;
  const document: TaskDocument = asUserError(() => ({
    version: 1,
    step_one:
      wanted || varied
        ? fitLaw(first.table, { law, bootstrap, seed, level, delta: DELTA, columns: first.columns })
        : null,
    step_two: fitStepTwo(second[0]!, second[1]!, seed),
  }));
  const said = asUserError((): AccuracyPrediction | null => {
    if (options.atLoss !== undefined) return accuracyAtLoss(document, options.atLoss, level, seed);
    if (!wanted || !document.step_one) return null;
    const asked = { params: options.atParams!, tokens: options.atTokens! };
    return accuracyAtRun({ ...document, step_one: document.step_one }, asked, level, seed);
  });
  if (options.plot) {
    const { plotDownstream } = await import('./downstream-plot.js');
    const points = { losses: second[0]!, accuracies: second[1]! };
    await plotDownstream(options.plot, document, { loss, accuracy: options.accuracy }, points, said, level);
  }
  process.stdout.write(options.json ? `${JSON.stringify({ ...document, said })}\n` : report(document, said));
}

function report({ step_one, step_two }: TaskDocument, said: AccuracyPrediction | null): string {
  const { a, x0, k, b, rms, points, loss_range } = step_two;
  return [
    step_one
      ? `Step one: ${step_one.law}, ${step_one.points} runs, residuals ${percent(step_one.diagnostics.residuals.rms, 2)}\n`
      : '',
    `Step two: accuracy = ${short(a)}/(1 + exp(-${short(k)}·(L - ${short(x0)}))) + ${short(b)}, ${points} points of loss ` +
      `${short(loss_range.min)}–${short(loss_range.max)}, off by ${percent(rms, 2)} (rms)\n`,
    said
      ? `At a loss of ${short(said.loss)}: accuracy ${percent(said.accuracy)} (${percent(said.level, 0)}: ${percent(said.lower)} … ${percent(said.upper)}); ` +
        `one per cent less loss brings ${(100 * said.accuracy_per_percent_loss).toFixed(2)} points\n`
      : '',
    said && said.loss < loss_range.min ? 'The loss lies below all that the sigmoid was fitted to.\n' : '',
  ].join('');
}
