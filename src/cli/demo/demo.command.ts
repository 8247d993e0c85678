// `offcurve demo`: real training runs through real Kafka and Postgres onto the page, with one command.
import { type Command, InvalidArgumentError } from 'commander';
import type { DemoOptions } from './demo.js';

export function configure(command: Command): void {
  command
    .option('--live', 'train a small model right now and break it on purpose, instead of replaying recorded runs')
    .option('--fault <kind@step>', 'with --live: what goes wrong, and when', kindAtStep, 'shuffled-bytes@800')
    .option('--speed <times>', 'play the recorded runs so many times faster than they were trained', positive, 0.4)
    .option('--fresh', "drop what earlier demos left; without it their runs stay and today's come beside them")
    .option('--http', 'send over HTTP even where a Kafka broker could be started')
    .option('--port <port>', 'the port of the page; the next free one where it is busy', portNumber, 8080)
    .option('--data-dir <folder>', 'where the demo keeps its data', '.offcurve/demo')
    .addHelpText(
      'after',
      `
Starts a PostgreSQL, a Kafka broker where java and mvn are found (else the records go over HTTP), and the service, and
plays real training runs of small language models, healthy ones and faulty ones, into them. Open the page that it names;
Ctrl-C stops all that it started. Alerts go to a webhook receiver of the demo's own, which writes them to alerts.jsonl.`,
    )
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.js');
      await demo(options);
    });
}

/** The kinds are the trainer's, which names them. */
function kindAtStep(text: string): string {
  if (!/^[a-z0-9-]+@[1-9]\d*$/.test(text))
    throw new InvalidArgumentError('It must be a kind and the step where it begins, such as shuffled-bytes@800.');
  return text;
}

function positive(text: string): number {
  const value = Number(text.replace(/x$/, ''));
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  return port;
}
