// `offcurve detect`: judges recorded runs as the service would have judged them live.
import { type Command, InvalidArgumentError } from 'commander';
import type { DetectOptions } from './detect.js';

export function configure(command: Command): void {
  command
    .description(
      'Judges run files (JSON lines or CSV, also .gz and .zst; - is standard input) with the same code as the service and\n' +
        'prints each deviation from the predicted loss curve. Each file is judged by itself, row by row, never reading ahead.',
    )
    .argument('<runs...>', 'run files')
    .option('--false-alarms <budget>', 'accepted in one run over all its metrics and sides', '1 per 30 run-days')
    .option('--seconds-per-point <seconds>', 'how often a point is logged, to turn days into points', positive, 10)
    .option(
      '--false-alarms-per-million <count>',
      'accepted on each side per million logged training losses, in place of --false-alarms',
      positive,
    )
    .option('--schedule <file>', 'planned learning rate of all the runs, as JSON (the object of training.runs)')
    .option('--context <file>', 'what the live judgement leaned on, from `offcurve context RUN`')
    .option('--reference <file>', 'finished run that may have read the same batches (may be repeated)', collect, [])
    .option('--together', 'compare each file also with those before it that read the same batches')
    .option('--plot <file>', 'draw the curve with its band, forecast and deviations (.png or .svg; one run)')
    .option('--json', 'print one JSON line for each event and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  offcurve detect run.jsonl
  offcurve detect logs/*.jsonl --false-alarms "1 per 100 run-days" --seconds-per-point 30 --json`,
    )
    .action(async (files: string[], options: DetectOptions) => {
      const { detect } = await import('./detect.js');
      await detect(files, options);
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
