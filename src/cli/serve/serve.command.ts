// `offcurve serve`: starts the service and runs it until it is told to stop.
import { type Command, InvalidArgumentError } from 'commander';
import type { ServeOptions } from './serve.js';

export function configure(command: Command): void {
  command
    .description(
      'Starts the service: takes metrics over HTTP (and from Kafka where KAFKA_BROKERS is set), judges every point against the\n' +
        "run's own forecast, alerts, and serves the page. Without DATABASE_URL it brings its own Postgres.",
    )
    .option('--port <port>', 'listen here (default: PORT, else 8080; 0 takes a free one)', portNumber)
    .option('--host <address>', 'listen on this address (default: HOST, else 127.0.0.1)')
    .option('--data-dir <folder>', 'keep the data here (default: OFFCURVE_DATA_DIR, else .offcurve)')
    .addHelpText(
      'after',
      `
All other settings come from the environment and offcurve.yml; \`offcurve check-config\` checks them.

Examples:
  offcurve serve
  KAFKA_BROKERS=localhost:9092 offcurve serve --port 8090
  OFFCURVE_TOKENS=ops:ingest+read+operate:$(openssl rand -hex 16) offcurve serve --host 0.0.0.0`,
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve.js');
      await serve(options);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('It must be a whole number up to 65535.');
  return port;
}
