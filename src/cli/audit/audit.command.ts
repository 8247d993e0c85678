// `offcurve audit`: how often the detector would have alarmed on one's own past runs, against the budget.
import { type Command, InvalidArgumentError } from 'commander';
import type { AuditOptions } from './audit.js';

export function configure(command: Command): void {
  command
    .description(
      'Replays healthy runs of the past through the detector and counts its alarms per run-day, with a 90 % interval,\n' +
        'against the budget, and how often values lay in the band predicted for them, by family and share of training.\n' +
        'Give runs in which nothing went wrong: every alarm counts as false.',
    )
    .argument('[runs...]', 'run files, as for detect')
    .option('--false-alarms <budget>', 'accepted in one run', '1 per 30 run-days')
    .option('--seconds-per-point <seconds>', 'how often a point is logged', positive, 10)
    .option('--database', 'audit what the service stored in the database at DATABASE_URL, in place of files')
    .option('--days <days>', 'with --database: how many days back', positive, 30)
    .option('--json', 'print one JSON document and nothing else')
    .action(async (files: string[], options: AuditOptions) => {
      const { audit } = await import('./audit.js');
      await audit(files, options);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
