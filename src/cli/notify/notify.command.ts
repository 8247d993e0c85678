// `offcurve notify`: sends a sample with a picture to one channel of offcurve.yml, and says what became of it.
import type { Command } from 'commander';

export function configure(command: Command): void {
  command
    .description(
      'Sends a sample alert with a picture to a channel of offcurve.yml, and says what the service answered.',
    )
    .requiredOption('--test <channel>', 'the channel to try')
    .option('--json', 'print one JSON document')
    .action(async ({ test, json }: { test: string; json?: boolean }) => {
      const { tryChannel } = await import('./try-channel.js');
      const outcome = await tryChannel(test, process.env);
      if (typeof outcome.noted === 'string')
        process.stderr.write(`the service could not be told by its database: ${outcome.noted}\n`);
      process.stdout.write(
        json
          ? `${JSON.stringify(outcome)}\n`
          : `${test}: sent${outcome.ids.length > 0 ? ` as ${outcome.ids[0]}` : ''}\n`,
      );
    });
}
