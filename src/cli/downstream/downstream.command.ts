// `offcurve downstream`: from loss to task accuracy.
import type { Command } from 'commander';
import type { DownstreamOptions } from './downstream.js';
import { count, positive, share } from '../laws/option-values.js';

export function configure(command: Command): void {
  command
    .description(
      "From loss to a task's accuracy in two steps: N and D to the task's loss by a law, the loss to accuracy by a sigmoid.\n" +
        'Emergence shows as what it is: where the sigmoid is steep, the interval is wide.',
    )
    .argument('<table>', 'table of runs with loss and accuracy (and N and D for the first step)')
    .option('--loss <column>', "column of the task's loss, or of any loss")
    .option('--accuracy <column>', 'column of the accuracy, as a share of 1', 'accuracy')
    .option('--params <column>', 'column of the parameters N')
    .option('--tokens <column>', 'column of the training tokens D')
    .option('--checkpoints <file>', 'another table for the second step (loss and accuracy by the same columns)')
    .option('--where <expr>', 'take only these rows, of both tables')
    .option('--exclude <expr>', 'leave these rows out')
    .option('--law <name>', 'of the first step', 'auto')
    .option('--bootstrap <times>', 'refits of the first step', count, 200)
    .option('--seed <number>', 'of the bootstraps', count, 1)
    .option('--at-loss <loss>', 'say the accuracy at this loss', positive)
    .option('--at-params <N>', 'say the accuracy of this run, with --at-tokens', positive)
    .option('--at-tokens <D>', 'its tokens', positive)
    .option('--level <share>', 'of the intervals', share, 0.9)
    .option('--plot <file>', 'draw the points, the sigmoid and what is said into a .png or .svg')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  offcurve downstream runs.csv --loss task_bpb --accuracy accuracy --at-params 7e9 --at-tokens 4e12
  offcurve downstream runs.csv --loss val_loss --accuracy hellaswag --at-loss 2.1`,
    )
    .action(async (path: string, options: DownstreamOptions) => {
      const { downstream } = await import('./downstream.js');
      await downstream(path, options);
    });
}
