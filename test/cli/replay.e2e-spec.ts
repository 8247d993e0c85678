// `offcurve replay` onto a real Kafka: every line of the file arrives, in its run's order, at the pace asked for.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../scripts/kafka/broker.mjs';
import { cli, startCli, sweepRuns } from './cli.js';

interface Message {
  topic: string;
  key: string;
  value: {
    run: string;
    step?: number;
    time: number;
    metrics?: Record<string, number | null>;
    nonfinite?: Record<string, string>;
    status?: string;
    params?: number;
  };
}

const brokers = process.env.TEST_KAFKA_BROKERS!;
let dir: string;
let prefix: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-replay-'));
  prefix = `replay-${randomBytes(4).toString('hex')}.`;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const env = () => ({ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix });

const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });

/** The command makes the topics; whoever subscribes to one that is not there fails. */
async function topicsMade(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  while (!(await admin.listTopics()).includes(`${prefix}training.metrics`)) await sleep(100);
  await sleep(500); // until all of them have leaders
  await admin.disconnect();
}

/** Reads both topics from the start until `count` messages are there. */
async function received(count: number): Promise<Message[]> {
  const consumer = kafka.consumer({ groupId: `${prefix}test` });
  const messages: Message[] = [];
  await consumer.connect();
  await consumer.subscribe({
    topics: [`${prefix}training.metrics`, `${prefix}training.runs`],
    fromBeginning: true,
  });
  const all = new Promise<void>((done) => {
    void consumer.run({
      eachMessage: async ({ topic, message }) => {
        const value = JSON.parse(message.value!.toString());
        messages.push({ topic: topic.slice(prefix.length), key: message.key!.toString(), value });
        if (messages.length === count) done();
      },
    });
  });
  await all;
  await consumer.disconnect();
  return messages;
}

it('at full speed brings each record under its run as key, what is not a number by its name, times moved to now', async () => {
  const before = Date.now() / 1000;
  const run = '35k-2m-t11'; // has a stretch of NaN
  const { code, stdout, stderr } = await cli(['replay', join(sweepRuns, `${run}.jsonl.gz`), '--speed', 'max'], {
    env: env(),
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('100 % 2000 records sent');
  const messages = await received(2002);
  expect(new Set(messages.map(({ key }) => key))).toEqual(new Set([run]));
  const records = messages.filter(({ topic }) => topic === 'training.metrics').map(({ value }) => value);
  expect(records.map(({ step }) => step)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  expect(records[1249]).toMatchObject({ metrics: { loss: null }, nonfinite: { loss: 'nan', grad_norm: 'nan' } });
  for (const { time } of records) expect(time).toBeGreaterThan(before - 1);
  const announced = messages.filter(({ topic }) => topic === 'training.runs').map(({ value }) => value);
  expect(announced).toMatchObject([
    { run, status: 'started', params: 35104 },
    { run, status: 'finished' },
  ]);
});

it('keeps recorded times where asked to, names lines that are none, and ends with 0', async () => {
  const file = join(dir, 'mine.jsonl');
  writeFileSync(
    file,
    '{"step":1,"time":1700000000,"loss":4.5}\nnot a line\n{"step":2,"time":1700000010,"loss":4.25}\n',
  );
  const { code, stderr } = await cli(['replay', file, '--to', 'kafka', '--times', 'keep', '--speed', '1000x'], {
    env: env(),
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/left out: .*mine\.jsonl, line 2/);
  const values = (await received(2)).map(({ value }) => value);
  expect(values).toEqual([
    { run: 'mine', step: 1, time: 1700000000, metrics: { loss: 4.5 } },
    { run: 'mine', step: 2, time: 1700000010, metrics: { loss: 4.25 } },
  ]);
});

it('stops on Ctrl-C with what is due sent and the code 130', async () => {
  const file = join(dir, 'slow.jsonl');
  writeFileSync(file, '{"step":1,"time":1700000000,"loss":4.5}\n{"step":2,"time":1700009000,"loss":4.25}\n');
  const { child, ended } = startCli(['replay', file, '--speed', '1x'], { env: env() });
  await topicsMade();
  const [first] = await received(1);
  expect(first!.value.step).toBe(1);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
});

it('ends on Ctrl-C while the broker is away for good, and says how much was due and not taken', async () => {
  const own = await startKafka({ dir: join(dir, 'kafka'), heap: '256m' });
  try {
    const { child, ended, said } = startCli(['replay', join(sweepRuns, '35k-2m.jsonl.gz'), '--speed', '0.1x'], {
      env: { KAFKA_BROKERS: own.bootstrap },
    });
    while (!/[1-9]\d* records, 0 of 1/.test(said.stderr)) await sleep(100);
    await own.brokers[0]!.kill();
    await sleep(1_000); // records come due meanwhile
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(said.stderr).toMatch(/[1-9]\d* records were due and not taken\n {2}fix: replay again/);
  } finally {
    await own.stop();
  }
}, 60_000);

it('says what is wrong: no file, no broker, no address, no speed', async () => {
  const run = join(sweepRuns, '12k-1m.jsonl.gz');
  expect(await cli(['replay', join(dir, 'nowhere.jsonl')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no file'),
  });
  expect(await cli(['replay', run, '--to', 'kafka'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('fix: set KAFKA_BROKERS'),
  });
  expect(await cli(['replay', run, '--to', 'http', '--url', 'somewhere'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--url somewhere is not an address'),
  });
  expect(await cli(['replay', run, '--speed', 'quick'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('It must be a number above 0 such as 100x, or max.'),
  });
});
