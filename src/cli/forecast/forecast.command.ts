// `offcurve forecast`: predicts the rest of recorded runs from what was logged up to a step.
import { type Command, InvalidArgumentError } from 'commander';
import type { ForecastOptions } from './forecast.js';

export function configure(command: Command): void {
  command
    .description(
      'Predicts the rest of a run (JSON lines or CSV, also .gz and .zst; - is standard input) from what is logged up to a step,\n' +
        'with intervals. Of what lies after it only the planned learning rates are seen: from --schedule, from\n' +
        'RUN.schedule.json beside the run, from its metadata, or else from its lr column.',
    )
    .argument('<runs...>', 'run files')
    .requiredOption('--at <places>', 'steps or shares of the run to forecast from, as 20%,5000')
    .option('--until <step>', 'where the run ends; default: its plan, else its last step', wholeStep)
    .option('--schedule <file>', 'planned learning rate of all the runs, as JSON (the object of training.runs)')
    .option('--siblings <dir>', 'folder with finished runs of the same kind')
    .option('--metric <name>', 'metric to forecast; default: the first loss found')
    .option('--level <share>', 'of the intervals', share, 0.9)
    .option('--plot <file>', 'draw the curve, the forecasts and what detect finds into a .png or .svg (one run)')
    .option('--json', 'print one JSON line for each file and place and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  offcurve forecast run.jsonl --at 40%
  offcurve forecast logs/*.jsonl --at 20%,40%,60%,80% --siblings finished/ --json
  offcurve forecast run.jsonl --at 30%,60% --plot run.png`,
    )
    .action(async (files: string[], options: ForecastOptions) => {
      const { forecast } = await import('./forecast.js');
      await forecast(files, options);
    });
}

function wholeStep(text: string): number {
  const value = Number(text);
  if (!(Number.isSafeInteger(value) && value > 0)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be between 0 and 1, as 0.9.');
  return value;
}
