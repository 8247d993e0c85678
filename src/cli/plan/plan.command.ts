// `offcurve plan`: what a budget buys at best by a fitted law.
import type { Command } from 'commander';
import type { PlanOptions } from './plan.js';
import { several, positive, share } from '../laws/option-values.js';

export function configure(command: Command): void {
  command
    .description(
      'The best model size and data for a budget or for a target loss, with what it costs, what its neighbours would bring,\n' +
        'what a better loss would take, and which axis holds a run back.',
    )
    .argument('<fit>', 'document of `offcurve fit --json`')
    .option('--compute <flop>', 'budget in FLOP', positive)
    .option('--gpu-hours <hours>', 'budget in GPU-hours (needs --gpu)', positive)
    .option('--dollars <usd>', 'budget in US dollars (needs --gpu and --gpu-hour-usd)', positive)
    .option('--target-loss <loss>', 'the loss to be reached', positive)
    .option('--gpu <name>', 'a100, h100, h100-pcie, h200, h20, b200, l40s, rtx4090, mi250x or mi300x')
    .option('--gpus <count>', 'how many GPUs, for days', several, 1)
    .option('--mfu <share>', 'share of the peak that training reaches (0.4, unless --mfu-from says it)', share)
    .option(
      '--mfu-from <table>',
      'learn it from own runs on such GPUs: a table with N, D and gpu_hours (and gpu, where several)',
    )
    .option('--gpu-hour-usd <usd>', 'price of a GPU for an hour', positive)
    .option('--better <share>', 'how much less loss to price', share, 0.01)
    .option('--unique-tokens <tokens>', 'all unique tokens there are', positive)
    .option('--params <N>', 'a run of your own to be judged, with --tokens', positive)
    .option('--tokens <D>', 'its planned training tokens', positive)
    .option('--tokens-now <D>', 'tokens it has seen: what stopping, going on, and extending would bring', positive)
    .option('--level <share>', 'of the intervals', share, 0.9)
    .option('--plot <file>', 'draw the plan on its law, and the loss by size at its compute, into a .png or .svg')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  offcurve plan fit.json --compute 1e22
  offcurve plan fit.json --dollars 100000 --gpu h100 --gpus 64 --gpu-hour-usd 2.5
  offcurve plan fit.json --target-loss 2.1 --gpu h100
  offcurve plan fit.json --compute 1e22 --params 2e9 --tokens 8e11 --tokens-now 4e11`,
    )
    .action(async (path: string, options: PlanOptions) => {
      const { planRun } = await import('./plan.js');
      await planRun(path, options);
    });
}
