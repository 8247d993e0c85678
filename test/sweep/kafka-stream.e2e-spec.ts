// The trainer streams over a real Kafka; a broker that dies in mid-training neither slows it nor loses a record.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { type RunningKafka, startKafka } from '../../scripts/kafka/broker.mjs';
import { corpus, run, start } from './python.js';
import { loggedSteps } from './run-log.js';

interface Sent {
  topic: string;
  key: string;
  value: { run: string; step?: number; attempt?: number; metrics?: Record<string, number>; status?: string };
}

let dir: string;
let kafka: RunningKafka;
beforeAll(async () => {
  await corpus();
  dir = mkdtempSync(join(tmpdir(), 'offcurve-sweep-'));
  kafka = await startKafka({ dir: join(dir, 'kafka'), heap: '256m' });
  const admin = client().admin();
  await admin.connect();
  await admin.createTopics({
    topics: ['training.metrics', 'training.runs'].map((topic) => ({ topic, numPartitions: 3 })),
  });
  await admin.disconnect();
}, 300_000);
afterAll(async () => {
  await Promise.all(kafka.brokers.map((broker) => broker.kill()));
  rmSync(dir, { recursive: true, force: true });
});

const client = () =>
  new Kafka({
    brokers: kafka.bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 50, maxRetryTime: 1000 },
  });

/** Reads both topics from the start until the run's last word has come. */
async function received(name: string): Promise<Sent[]> {
  const consumer = client().consumer({ groupId: `test-${name}` });
  const sent: Sent[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: ['training.metrics', 'training.runs'], fromBeginning: true });
  const ended = new Promise<void>((done) => {
    const quiet = setInterval(() => {
      if (!sent.some(({ value }) => value.run === name && value.status === 'finished')) return;
      clearInterval(quiet);
      setTimeout(done, 1000); // the other topic's rest
    }, 100);
  });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      const text = message.value!.toString().replace(/\bNaN\b/g, 'null');
      sent.push({ topic, key: message.key!.toString(), value: JSON.parse(text) });
    },
  });
  await ended;
  await consumer.disconnect();
  return sent.filter(({ value }) => value.run === name);
}

const logged = (name: string) => loggedSteps(join(dir, `${name}.jsonl`));

const train = (name: string, steps: number, ...more: string[]) =>
  start('train.py', ['--run', name, '--size', '12k', '--steps', `${steps}`, '--log-dir', dir, ...more]);

it('thirty steps: metadata, each record under the key of its run, the last word', async () => {
  const { ended } = await train('thirty', 30, '--fault', 'nan@20', '--kafka', kafka.bootstrap);
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  const sent = await received('thirty');
  expect(sent.every(({ key }) => key === 'thirty')).toBe(true);
  const metadata = sent.filter(({ topic }) => topic === 'training.runs').map(({ value }) => value);
  expect(metadata).toMatchObject([
    { run: 'thirty', params: 11408, planned_steps: 30, tokens_per_step: 1024, schedule: { kind: 'cosine' } },
    { run: 'thirty', status: 'finished' },
  ]);
  const records = sent.filter(({ topic }) => topic === 'training.metrics').map(({ value }) => value);
  expect(records.map(({ step, attempt, metrics }) => ({ step, attempt, metrics }))).toEqual(logged('thirty'));
  expect(records).toHaveLength(30);
}, 120_000);

it('the broker killed in mid-training: the same training, and every record there once it is back', async () => {
  const undisturbed = await train('alone', 400);
  expect(await undisturbed.ended).toMatchObject({ code: 0 });

  const { child, ended } = await train('cut', 400, '--kafka', kafka.bootstrap);
  await new Promise<void>((done) => {
    child.stdout!.on('data', (part: Buffer) => part.toString().includes('step 100/') && done());
  });
  await kafka.brokers[0]!.kill();
  const { code, stderr } = await ended;
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('kept and sent later') });
  const curve = (name: string) => logged(name).map(({ step, metrics }) => [step, metrics.loss, metrics.val_loss]);
  expect(curve('cut')).toEqual(curve('alone'));

  await kafka.brokers[0]!.start();
  expect(await run('sender.py', [dir, '--kafka', kafka.bootstrap])).toMatchObject({ code: 0 });
  const records = (await received('cut')).filter(({ topic }) => topic === 'training.metrics').map(({ value }) => value);
  const byStep = new Map(records.map(({ step, attempt, metrics }) => [step, { step, attempt, metrics }]));
  expect([...byStep.values()].sort((a, b) => a.step! - b.step!)).toEqual(logged('cut'));
  // What had arrived unacknowledged may be there twice, but never with other values.
  for (const { step, metrics } of records) expect(metrics).toEqual(byStep.get(step)!.metrics);
}, 180_000);
