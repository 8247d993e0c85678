// `offcurve context`: prints what the judgement of a run leaned on, so that `detect --context` gives the same events.
import type { Command } from 'commander';
import type { ContextOptions } from './context.js';

export function configure(command: Command): void {
  command
    .argument('<run>', 'the id of the run')
    .option(
      '--url <address>',
      'ask the service at this address (default: DATABASE_URL where it is set, else HOST, PORT)',
    )
    .option('--token <token>', 'bearer token with the scope read (default: OFFCURVE_TOKEN)')
    .addHelpText(
      'after',
      `
The judgement of a run leans on more than its records: the detector's settings and the metadata, each from the record on
at which it took effect. With it, the log judged again offline gives the events that the service saw.

Example:
  offcurve context llama-1b-03 > context.json
  offcurve detect llama-1b-03.jsonl --context context.json --json`,
    )
    .action(async (run: string, options: ContextOptions) => {
      const { printContext } = await import('./context.js');
      await printContext(run, options);
    });
}
