// `offcurve grafana push`: brings a Grafana to have the dashboards of this version.
import type { Command } from 'commander';

interface PushOptions {
  url?: string;
  token?: string;
  folder: string;
  page?: string;
  database?: string;
  overwrite?: boolean;
  json?: boolean;
}

export function configure(command: Command): void {
  command
    .command('push')
    .description('Saves the dashboards into a Grafana: the same again changes nothing.')
    .option('--url <address>', 'where Grafana is (default: GRAFANA_URL)')
    .option(
      '--token <token>',
      'of a service account with the role Editor (default: GRAFANA_TOKEN, which no process list shows)',
    )
    .option('--folder <title>', 'the folder to save them in', 'offcurve')
    .option('--page <address>', "where the links lead: offcurve's own page (default: OFFCURVE_PUBLIC_URL)")
    .option('--database <url>', 'make the data source, too: postgresql://offcurve_reader:…@HOST/DATABASE')
    .option('--overwrite', 'replace dashboards that were changed in Grafana')
    .option('--json', 'print one JSON document')
    .exitOverride()
    .action(async (options: PushOptions) => {
      const { push, pushText } = await import('./push.js');
      const pushed = await push(options, process.env);
      process.stdout.write(options.json ? `${JSON.stringify(pushed)}\n` : pushText(pushed));
      if (pushed.dashboards.some(({ status }) => status === 'kept')) process.exitCode = 1;
    });
}
