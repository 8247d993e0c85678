#!/usr/bin/env node
// `npm run kafka`: a real Kafka on loopback to try things with, until Ctrl-C.
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startKafka } from './broker.mjs';
import { isFree } from './free-port.mjs';

const HELP = `Starts a real Kafka on loopback, until Ctrl-C. Needs java and, the first time, mvn.

Usage: npm run kafka -- [options]
  --port PORT     port of the first broker (default 9092, or the next free one)
  --brokers N     how many brokers (default 1)
  --dir DIR       where its data live (default .offcurve/kafka)
  --heap SIZE     Java heap of each broker (default 384m)
  --fresh         drop the data first
  --help          this text
`;

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      brokers: { type: 'string', default: '1' },
      dir: { type: 'string', default: join(process.env.OFFCURVE_DATA_DIR || '.offcurve', 'kafka') },
      heap: { type: 'string', default: '384m' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const brokers = wholeNumber('--brokers', values.brokers, 1, 9);
  const first = wholeNumber('--port', values.port ?? '9092', 1, 65_535);
  const dir = resolve(values.dir);
  if (values.fresh) dropData(dir);
  const ports = [];
  for (let port = first; ports.length < brokers && port <= 65_535; port++) {
    if (await isFree(port)) ports.push(port);
    else process.stderr.write(`Port ${port} is busy, trying the next one\n`);
  }
  const kafka = await startKafka({ dir, brokers, ports, heap: values.heap, onProgress: say });
  const stopped = new Promise((stop) => ['SIGINT', 'SIGTERM'].forEach((name) => process.once(name, stop)));
  say(`Kafka is ready; its data are in ${dir}. In another terminal:`);
  say(`  KAFKA_BROKERS=${kafka.bootstrap} npx offcurve serve`);
  say('Ctrl-C stops it.');
  await stopped;
  say('\nStopping Kafka');
  await kafka.stop();
}

/** Only a folder that this script filled is dropped: a mistyped --dir must not cost somebody their files. */
function dropData(dir) {
  if (!existsSync(dir)) return;
  if (!existsSync(join(dir, 'cluster-id'))) throw new Error(`${dir} holds no data of Kafka: --fresh leaves it alone`);
  rmSync(dir, { recursive: true });
}

function wholeNumber(name, text, least, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} ${text}: give a whole number from ${least} to ${most}`);
  return value;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`kafka: ${error.message}\n`);
  process.exitCode = error.code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
