// Starts what the demo plays on: Kafka where it can be had, the service with its own Postgres, a receiver of alerts.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPrograms, startKafka } from '../../../scripts/kafka/broker.mjs';
import { type RunningService, startService } from '../../main.js';
import { PortBusyError } from '../../service-error.js';
import { createLog } from '../../settings/log.js';
import { type Settings, readSettings } from '../../settings/settings.js';
import { makeDataDir } from '../../outbound/postgres/embedded/data-folder.js';
import { UserError } from '../user-error.js';
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.js';

export interface Stage {
  /** Address of the page and of the HTTP interface. */
  url: string;
  /** Addresses of the brokers, or null where records go over HTTP. */
  kafka: string | null;
  settings: Settings;
  /** Every alert's body as it came, a line each. */
  alertsFile: string;
  close(): Promise<void>;
}

export interface StageOptions {
  dataDir: string;
  port: number;
  kafka: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Ports tried behind the one asked for. */
const MOST_PORTS = 50;

/** @throws UserError or the server's own error where something does not start; nothing is left running then. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { dataDir, say } = options;
  const started: { stop(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    while (started.length > 0) await started.pop()!.stop();
  };
  try {
    makeDataDir(dataDir);
    // Where we are root, Postgres runs as another user and must be able to pass.
    chmodSync(dataDir, 0o755);
    const kafka = await kafkaIfPossible(options);
    if (kafka) started.push(kafka);
    const receiver = await startAlertReceiver(join(dataDir, 'alerts.jsonl'));
    started.push(receiver);
    const { service, settings } = await serviceOnFreePort(options, kafka?.bootstrap ?? null, receiver);
    started.push(service);
    if (service.notice) say(service.notice);
    return { url: service.url, kafka: kafka?.bootstrap ?? null, settings, alertsFile: receiver.file, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function kafkaIfPossible({ dataDir, kafka, say }: StageOptions) {
  if (!kafka) return null;
  const missing = missingPrograms();
  if (missing.length > 0) {
    say(`No ${missing.join(' and no ')} here, so no Kafka broker: the records go over HTTP.`);
    say('  With Kafka: apt-get install -y default-jre-headless maven');
    return null;
  }
  return startKafka({ dir: join(dataDir, 'kafka'), onProgress: say });
}

async function serviceOnFreePort(
  { dataDir, port: first, say }: StageOptions,
  brokers: string | null,
  receiver: AlertReceiver,
): Promise<{ service: RunningService; settings: Settings }> {
  const configFile = join(dataDir, 'offcurve.yml');
  writeFileSync(configFile, configOf(receiver));
  say('Starting PostgreSQL and the service');
  for (let port = first; port < first + MOST_PORTS && port <= 65_535; port++) {
    // The settings of the user's own service are none of the demo's business.
    const settings = readSettings(
      {
        OFFCURVE_CONFIG: configFile,
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
        ...(brokers && { KAFKA_BROKERS: brokers }),
      },
      { host: '127.0.0.1', port, dataDir },
    );
    try {
      return { service: await startService(settings, createLog(settings.logLevel)), settings };
    } catch (error) {
      if (!(error instanceof PortBusyError)) throw error;
      say(`Port ${port} is busy, trying the next one`);
    }
  }
  throw new UserError(`no port from ${first} on is free`, 'name another with --port');
}

const configOf = ({ url }: AlertReceiver): string => `# Written by the demo at each start.
channels:
  demo: { webhook: { url: "${url}", allow_private: true } }
routes:
  - { channels: [demo] }
`;
