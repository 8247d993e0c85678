// Three brokers and several instances under load: a leader is killed, partitions are added, instances come and go.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningKafka, startKafka } from '../../scripts/kafka/broker.mjs';
import { TestTopics, record, until } from '../kafka/kafka-service.js';
import { Fleet } from './fleet.js';

jest.setTimeout(900_000);

const PARTITIONS = 6;

let dir: string;
let kafka: RunningKafka;
let topics: TestTopics;
let fleet: Fleet;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-three-'));
  kafka = await startKafka({ dir, brokers: 3, heap: '256m' });
  topics = await TestTopics.on(kafka.bootstrap, PARTITIONS);
  fleet = await Fleet.on(topics);
});
afterAll(async () => {
  await fleet?.close();
  await topics?.close();
  await Promise.all((kafka?.brokers ?? []).map((broker) => broker.kill()));
  rmSync(dir, { recursive: true, force: true });
});

/** Milliseconds until a record that is sent now, to this partition, is stored. */
async function storedWithin(run: string, partition: number, limitMs: number): Promise<number> {
  const from = Date.now();
  const { key, value } = record(run, 1, { loss: 1 });
  await topics.send(topics.names.metrics, [{ key, value, partition }]);
  await until(run, async () => (await fleet.reader.find(run)) !== null, limitMs);
  return Date.now() - from;
}

async function leaderOf(partition: number): Promise<number> {
  const { topics: found } = await topics.admin.fetchTopicMetadata({ topics: [topics.names.metrics] });
  return found[0]!.partitions.find(({ partitionId }) => partitionId === partition)!.leader;
}

it('goes on within 15 seconds of a leader being killed, sees new partitions, survives comings and goings', async () => {
  const first = await fleet.start();
  const second = await fleet.start();
  fleet.beginStream();
  await storedWithin('before', 0, 120_000);

  const killed = await leaderOf(0);
  const leader = kafka.brokers.find(({ id }) => id === killed)!;
  await leader.kill();
  const took = await storedWithin('leader-killed', 0, 120_000);
  process.stdout.write(`${JSON.stringify({ leader_killed_ingest_after_ms: took })}\n`);
  expect(took).toBeLessThan(15_000);
  await fleet.further(100);
  await leader.start();

  await topics.admin.createPartitions({ topicPartitions: [{ topic: topics.names.metrics, count: PARTITIONS + 3 }] });
  for (let partition = PARTITIONS; partition < PARTITIONS + 3; partition++)
    await storedWithin(`partition-${partition}`, partition, 180_000);

  const third = await fleet.start();
  await until('it has work', async () => (await third.metric('offcurve_records_total')) > 0, 120_000);
  await fleet.stop(first);
  await fleet.further(100);
  await fleet.kill(second);
  await fleet.further(200);
  const fourth = await fleet.start();
  await until('it has work', async () => (await fourth.metric('offcurve_records_total')) > 0, 120_000);
  await fleet.endStream();
  await fleet.expectAllOnce();
});
