// `offcurve check-config`: says what is wrong with the settings, or what the service would run with.
import type { Command } from 'commander';
import type { Settings } from '../../settings/settings.js';
import type { CheckedChannel } from './check-channels.js';
import type { CheckedKafka } from './check-kafka.js';
import { UserError } from '../user-error.js';

export function configure(command: Command): void {
  command
    .option('--json', 'print one JSON document')
    .option(
      '--online',
      "also ask Kafka and the channels' services, without any effect, whether logins and addresses work",
    )
    .action(async (options: { json?: boolean; online?: boolean }) => {
      const { readSettings } = await import('../../settings/settings.js');
      const { unusedChannels } = await import('../../settings/unused-channels.js');
      const { SettingsError } = await import('../../settings/settings-error.js');
      try {
        const settings = readSettings(process.env);
        const summary = {
          ok: true,
          listens: `${settings.host}:${settings.port}`,
          database: settings.databaseUrl ? 'DATABASE_URL' : `embedded in ${settings.dataDir}`,
          kafka: settings.kafka ? settings.kafka.brokers : null,
          tokens: settings.tokens.map(({ name, scopes }) => ({ name, scopes: [...scopes] })),
          config: settings.configFile,
          budget: settings.budget,
          channels: Object.keys(settings.config.channels ?? {}),
          routes: settings.config.routes?.length ?? 0,
          warnings: unusedChannels(settings.config).map(unusedWarning),
        };
        const { checks, kafka } = options.online ? await asked(settings) : { checks: null, kafka: null };
        const ok = !checks?.some(({ state }) => state === 'wrong') && kafka?.state !== 'wrong';
        const all = checks === null ? summary : { ...summary, ok, checks, ...(kafka && { kafka_check: kafka }) };
        const lines = [...(kafka ? [lineOf('kafka', kafka)] : []), ...(checks ?? []).map(channelLine)];
        process.stdout.write(options.json ? `${JSON.stringify(all)}\n` : readable(summary) + lines.join(''));
        if (kafka?.state === 'wrong') throw new UserError('Kafka would not work', kafka.detail);
        if (!ok) throw new UserError('a channel would not work', 'correct it in offcurve.yml (docs/alerts.md)');
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, problems: error.problems })}\n`);
        throw new UserError(`the settings have ${error.problems.length} problem(s)\n${error.message}`);
      }
    });
}

async function asked(settings: Settings): Promise<{ checks: CheckedChannel[]; kafka: CheckedKafka | null }> {
  const { checkChannels } = await import('./check-channels.js');
  const { checkKafka } = await import('./check-kafka.js');
  const [checks, kafka] = await Promise.all([
    checkChannels(settings),
    settings.kafka ? checkKafka(settings.kafka) : null,
  ]);
  return { checks, kafka };
}

const lineOf = (what: string, { state, detail }: { state: string; detail: string | null }): string =>
  `${what}: ${state}${detail === null ? '' : `: ${detail}`}\n`;

const channelLine = (checked: CheckedChannel): string => lineOf(`channel ${checked.channel}`, checked);

const unusedWarning = (channel: string): string =>
  `channels.${channel}: nothing is ever sent there; name it in a route, in an escalation, in the digest or as a fallback`;

function readable({ warnings, ...summary }: { warnings: readonly string[] } & Record<string, unknown>): string {
  const lines = [
    ...Object.entries(summary).map(([key, value]) => `${key.padEnd(9)} ${inWords(value)}`),
    ...warnings.map((warning) => `warning   ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

function inWords(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
