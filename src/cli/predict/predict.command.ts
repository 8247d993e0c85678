// `offcurve predict`: what a fitted law says of runs that have not been made.
import type { Command } from 'commander';
import type { PredictOptions } from './predict.js';
import { share } from '../laws/option-values.js';

export function configure(command: Command): void {
  command
    .description(
      'Predicts the loss of new runs, with an interval for what would be measured. Numbers for one run, or --table with\n' +
        'column names for many: a line for each row, in order.',
    )
    .argument('<fit>', 'document of `offcurve fit --json`')
    .option('--params <N>', 'parameters, or their column with --table')
    .option('--tokens <D>', 'training tokens, or their column with --table')
    .option('--compute <C>', 'compute in FLOP (alone: at the best N and D), or its column with --table')
    .option('--unique <U>', 'unique tokens among D, or their column with --table (data-constrained)')
    .option('--table <file>', 'CSV or JSON lines with a row for each run; needs no loss column')
    .option('--level <share>', 'of the intervals', share, 0.9)
    .option('--plot <file>', 'draw the law and the runs into a .png or .svg')
    .option('--json', 'print JSON, one line a run')
    .addHelpText(
      'after',
      `
Examples:
  offcurve predict fit.json --params 7e9 --tokens 1.4e11
  offcurve predict fit.json --compute 1e22 --json
  offcurve predict fit.json --table planned.csv --params N --tokens D --json`,
    )
    .action(async (path: string, options: PredictOptions) => {
      const { predictRuns } = await import('./predict.js');
      await predictRuns(path, options);
    });
}
