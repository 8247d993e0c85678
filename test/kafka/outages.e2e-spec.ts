// Kafka's broker and Postgres killed while records stream: the service stays up, says so, goes on, and no point is lost or doubled.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningKafka, startKafka } from '../../scripts/kafka/broker.mjs';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { EmbeddedServer } from '../../src/outbound/postgres/embedded/embedded-server.js';
import { type KafkaService, TestTopics, record, startService, until, valuesOf } from './kafka-service.js';

jest.setTimeout(180_000);

const RUNS = 3;
const STEPS = 400;

let dir: string;
let kafka: RunningKafka;
let postgres: EmbeddedServer;
let topics: TestTopics;
let service: KafkaService;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-outages-'));
  chmodSync(dir, 0o755);
  kafka = await startKafka({ dir: join(dir, 'kafka'), heap: '256m' });
  // What was committed has to outlive the kill: no lazy commits here.
  postgres = await EmbeddedServer.start({ dataDir: dir, port: await freePort() });
  topics = await TestTopics.on(kafka.bootstrap, 2);
  service = await startService({ brokers: kafka.bootstrap, prefix: topics.prefix, databaseUrl: postgres.url });
});
afterAll(async () => {
  await service?.stop();
  await topics?.close();
  await postgres?.stop();
  await Promise.all((kafka?.brokers ?? []).map((broker) => broker.kill()));
  rmSync(dir, { recursive: true, force: true });
});

/** Sends the steps from…to − 1 of all runs, a few at a time, so that whatever is killed is killed in the middle. */
async function stream(name: string, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 20) {
    const steps = Array.from({ length: Math.min(20, to - step) }, (_, index) => step + index);
    const messages = steps.flatMap((at) =>
      Array.from({ length: RUNS }, (_, run) => record(`${name}-${run}`, at, { loss: 1 / (at + run + 1) })),
    );
    await topics.send(topics.names.metrics, messages);
  }
}

async function expectAll(name: string): Promise<void> {
  for (let run = 0; run < RUNS; run++) {
    const id = `${name}-${run}`;
    await until(id, async () => (await service.reader.find(id).catch(() => null))?.newestStep === STEPS - 1, 90_000);
    expect(await valuesOf(service.reader, id)).toEqual(
      Array.from({ length: STEPS }, (_, step) => [1, step, 1 / (step + run + 1)]),
    );
  }
}

const reads = (name: string) =>
  until('the first points', async () => ((await service.reader.find(`${name}-0`))?.newestStep ?? -1) > 20);

it('the broker killed and restarted', async () => {
  const streamed = stream('kafka', 0, STEPS);
  await reads('kafka');
  await kafka.brokers[0]!.kill();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await kafka.brokers[0]!.start();
  await streamed;
  await expectAll('kafka');
  await until('ready', async () => service.intake.status.ready);
});

it('Postgres killed and restarted: not ready meanwhile', async () => {
  await stream('postgres', 0, STEPS / 2);
  await reads('postgres');
  const reasons: string[] = [];
  const watching = setInterval(() => {
    const { ready, reason } = service.intake.status;
    if (!ready) reasons.push(reason!);
  }, 5);
  const pid = Number((await readFile(join(postgres.folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  await stream('postgres', STEPS / 2, STEPS);
  await expectAll('postgres');
  clearInterval(watching);
  expect(reasons).toContainEqual(expect.stringContaining('database'));
  expect(service.intake.status).toEqual({ ready: true, reason: null });
});

it('the broker gone for good: what HTTP brings is refused with the setting to look at, and the service still ends', async () => {
  const { bootstrap } = kafka;
  const prefix = topics.prefix;
  const late = await startService({ brokers: bootstrap, prefix, databaseUrl: postgres.url });
  await until('ready', async () => late.intake.status.ready, 60_000);
  await kafka.brokers[0]!.kill();
  const item = {
    kind: 'record' as const,
    record: { run: 'late', step: 1, time: 1.7e12, attempt: null, metrics: { loss: 1 } },
    ...{ received: 1.7e12, ignored: [] },
  };
  await expect(late.intake.take('late', [item])).rejects.toThrow(
    /did not take the batch late: KAFKA_BROKERS: no broker/,
  );
  await late.stop();
  await service.stop();
}, 60_000);
