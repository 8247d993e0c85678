// `offcurve replay`: streams recorded runs into a running service, over Kafka or HTTP, in their own rhythm or faster.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReplayOptions } from './replay.js';

export function configure(command: Command): void {
  command
    .argument('<runs...>', 'recorded runs: .jsonl or .csv, also .gz and .zst; - is standard input')
    .addOption(
      new Option('--to <way>', 'where to (default: kafka where KAFKA_BROKERS is set, else http)').choices([
        'kafka',
        'http',
      ]),
    )
    .option('--speed <times>', 'times faster than it was trained, such as 100x, or max', parseSpeed, 100)
    .addOption(
      new Option('--times <which>', 'send times as recorded, or moved to the present')
        .choices(['keep', 'now'])
        .default('now'),
    )
    .option('--seconds-per-point <seconds>', 'distance of records that carry no time', positive, 1)
    .option('--url <address>', "the service's address, for http (default: by HOST and PORT)")
    .option('--token <token>', 'bearer token with the scope ingest, for http (default: OFFCURVE_TOKEN)')
    .addHelpText(
      'after',
      `
All runs start at once, each in its own rhythm. Kafka is reached by the same KAFKA_ variables as the service reads.
Ctrl-C stops after what is due.

Examples:
  offcurve replay examples/sweep/runs/35k-2m*.jsonl.gz --speed 20x
  KAFKA_BROKERS=localhost:9092 offcurve replay run.jsonl --speed max --times keep
  zcat run.jsonl.gz | offcurve replay - --to http --url http://127.0.0.1:8080`,
    )
    .action(async (runs: string[], options: ReplayOptions) => {
      const { replay } = await import('./replay.js');
      await replay(runs, options);
    });
}

/** `100x`, `100` or `max`. */
function parseSpeed(text: string): number {
  if (text === 'max') return Infinity;
  const speed = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1]);
  if (!(speed > 0)) throw new InvalidArgumentError('It must be a number above 0 such as 100x, or max.');
  return speed;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
