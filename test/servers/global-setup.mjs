// Starts the servers that all test files share, each once: a Kafka broker and a Postgres, on free ports, with no data.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../../scripts/kafka/broker.mjs';

/** Test files read the addresses from TEST_KAFKA_BROKERS and TEST_DATABASE_URL; each takes a topic prefix and a database of its own. */
export default async function () {
  const servers = { kafka: null, kafkaDir: mkdtempSync(join(tmpdir(), 'offcurve-kafka-')), postgres: null };
  globalThis.offcurveTestServers = servers;
  // Both are awaited whatever the other does, so that the teardown knows all that was started.
  const started = await Promise.allSettled([
    startKafka({ dir: servers.kafkaDir, heap: '320m', onProgress: say }).then((kafka) => {
      servers.kafka = kafka;
      process.env.TEST_KAFKA_BROKERS = kafka.bootstrap;
    }),
    startPostgres().then((postgres) => {
      servers.postgres = postgres;
      if (postgres) process.env.TEST_DATABASE_URL = postgres.url;
    }),
  ]);
  const failed = started.find((result) => result.status === 'rejected');
  if (!failed) return;
  const { default: stopServers } = await import('./global-teardown.mjs');
  await stopServers();
  throw failed.reason;
}

async function startPostgres() {
  const module = new URL('./postgres.mjs', import.meta.url);
  return existsSync(module) ? (await import(module.href)).startPostgres() : null;
}

/** Only what takes long is worth a line. */
function say(line) {
  if (line.startsWith('Fetching')) process.stderr.write(`${line}\n`);
}
