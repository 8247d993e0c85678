// The command line: lists the commands, loads the one asked for, turns errors into exit codes.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Help } from 'commander';
import { BrokenFile } from '../inbound/files/broken-file.js';
import { UserError } from './user-error.js';

interface CommandModule {
  configure(command: Command): void;
}

/** Name, one-line summary, and where the command lives; modules are loaded only when they are needed. */
const COMMANDS: readonly [name: string, summary: string, load: () => Promise<CommandModule>][] = [
  ['serve', 'start the service: ingest, judge, alert, page', () => import('./serve/serve.command.js')],
  ['demo', 'watch bundled real training runs stream through everything', () => import('./demo/demo.command.js')],
  ['replay', 'stream recorded runs into a running service', () => import('./replay/replay.command.js')],
  ['detect', 'judge run files offline, as the service would live', () => import('./detect/detect.command.js')],
  ['forecast', 'predict the rest of a run with intervals', () => import('./forecast/forecast.command.js')],
  ['audit', 'count false alarms on your own past runs', () => import('./audit/audit.command.js')],
  ['context', 'print what the judgement of a run leaned on', () => import('./context/context.command.js')],
  ['check-config', 'check the settings and offcurve.yml', () => import('./check-config/check-config.command.js')],
  ['notify', 'send a sample alert to a channel', () => import('./notify/notify.command.js')],
  ['grafana', 'push the dashboards to a Grafana', () => import('./grafana/grafana.command.js')],
  ['fit', 'fit a scaling law to a table of runs', () => import('./fit/fit.command.js')],
  ['predict', 'predict losses from a fitted law', () => import('./predict/predict.command.js')],
  ['plan', 'compute-optimal model and data size for a budget', () => import('./plan/plan.command.js')],
  ['downstream', 'from loss to task accuracy', () => import('./downstream/downstream.command.js')],
  ['compare', 'the compute multiplier between two families', () => import('./compare/compare.command.js')],
];

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

async function run(argv: string[]): Promise<void> {
  const program = new Command('offcurve')
    .description('Says, within minutes, that a training run has fallen off its predicted loss curve.')
    .version(version())
    .showSuggestionAfterError()
    .configureHelp({
      // Commander wraps to the terminal; lines broken in the source would be ragged there.
      commandDescription: (command) => command.description().replace(/(?<=\S)\n(?=\S)/g, ' '),
      optionDescription(option) {
        return Help.prototype.optionDescription.call(this, option).replace(' (default: [])', '');
      },
    })
    .exitOverride();
  const asked = argv.find((word) => !word.startsWith('-'));
  for (const [name, summary, load] of COMMANDS) {
    const command = program.command(name).description(summary).exitOverride().showHelpAfterError();
    if (name === asked || asked === 'help') (await load()).configure(command);
  }
  await program.parseAsync(argv, { from: 'user' });
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError || error instanceof BrokenFile) {
    process.stderr.write(`offcurve: ${error.message}\n${error.fix ? `  fix: ${error.fix}\n` : ''}`);
    return 2;
  }
  // What the service or its database says of itself comes with what to do.
  const { fix } = (error ?? {}) as { fix?: unknown };
  if (error instanceof Error && typeof fix === 'string') {
    process.stderr.write(`offcurve: ${error.message}\n  fix: ${fix}\n`);
    return 1;
  }
  process.stderr.write(`offcurve: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

// A reader that closes the pipe early (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error);
}
