// `offcurve fit`: a scaling law from a table of finished runs.
import { type Command, Option } from 'commander';
import type { FitCommandOptions } from './fit.js';
import { count, finite, positive } from '../laws/option-values.js';

export function configure(command: Command): void {
  command
    .description(
      'Fits a scaling law to a table of runs (CSV with a header, or JSON lines; - is standard input), one row a finished run,\n' +
        'and says what it is worth. The JSON document holds all that predict, plan and compare need.',
    )
    .argument('<table>', 'table of runs')
    .option(
      '--law <name>',
      'auto, chinchilla, additive-power, kaplan-n, kaplan-d, kaplan-c, kaplan, kaplan-steps, isoflop, envelope, data-constrained, overtraining or broken',
      'auto',
    )
    .option('--loss <column>', 'column of the final loss')
    .addOption(
      new Option('--direction <way>', 'which way the loss column is better: accuracy and BLEU are better higher')
        .choices(['lower', 'higher'])
        .default('lower'),
    )
    .option(
      '--floor <value>',
      'what no run gets past: 1 for accuracy, 100 for BLEU; the law is of what is left to it',
      finite,
    )
    .option('--params <column>', 'column of the parameters N')
    .option('--tokens <column>', 'column of the training tokens D')
    .option('--compute <column>', 'column of the training compute C in FLOP (else 6·N·D)')
    .option('--unique <column>', 'column of the unique tokens among D (data-constrained)')
    .option('--where <expr>', 'take only these rows: COLUMN = != < <= > >= VALUE, joined by "and"')
    .option('--exclude <expr>', 'leave these rows out')
    .option('--bootstrap <times>', 'refits of resampled runs, for standard errors', count, 1000)
    .option('--seed <number>', 'of the bootstraps', count, 1)
    .option('--delta <number>', "corner of Huber's loss on log residuals (named laws)", positive, 1e-3)
    .option('--irreducible', 'kaplan laws with an irreducible term E')
    .option('--plot <file>', 'draw the law, the runs and the residuals into a .png or .svg')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  offcurve fit runs.csv
  offcurve fit runs.csv --law chinchilla --params N --tokens D --loss loss --json > fit.json
  offcurve fit runs.csv --loss wer
  offcurve fit runs.csv --loss accuracy --direction higher --floor 1
  offcurve fit runs.csv --where "tokens >= 1e9" --exclude "excluded = 1" --plot law.png`,
    )
    .action(async (path: string, options: FitCommandOptions) => {
      const { fit } = await import('./fit.js');
      await fit(path, options);
    });
}
