// Every codec as the real Python clients write it, and numbers as Python's json writes them.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CompressionTypes } from 'kafkajs';
import { emptyDatabase } from '../postgres/test-database.js';
import { type KafkaService, TestTopics, record, startService, until, valuesOf } from './kafka-service.js';

// The first time the clients are fetched.
jest.setTimeout(240_000);

const run = promisify(execFile);
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const STEPS = 120;

let topics: TestTopics;
let service: KafkaService;
let python: string;
beforeAll(async () => {
  python = (await run(join(__dirname, 'setup.sh'))).stdout.trim();
  const brokers = process.env.TEST_KAFKA_BROKERS!;
  topics = await TestTopics.on(brokers);
  service = await startService({ brokers, prefix: topics.prefix, databaseUrl: await emptyDatabase() });
});
afterAll(async () => {
  await service?.stop();
  await topics?.close();
});

const lossAt = (step: number): number =>
  new Map([
    [3, NaN],
    [5, Infinity],
    [7, -Infinity],
  ]).get(step) ?? 1 / step;
const expected = (value: (step: number) => number) =>
  Array.from({ length: STEPS }, (_, index) => [1, index + 1, value(index + 1)]);

describe.each(['confluent', 'kafka-python'])('%s', (client) => {
  it(`stores every value in ${CODECS.join(', ')}: NaN and the infinities as what they are, names in any script`, async () => {
    const script = join(__dirname, 'produce.py');
    await run(python, [script, client, topics.brokers, topics.names.metrics, String(STEPS), ...CODECS]);
    for (const codec of CODECS) {
      const id = `${client}-${codec}`;
      await until(id, async () => (await service.reader.find(id))?.newestStep === STEPS);
      expect(await valuesOf(service.reader, id)).toEqual(expected(lossAt));
      expect(await valuesOf(service.reader, id, 'größe')).toEqual(expected((step) => step));
    }
    expect(service.meter.deadLetters).toEqual({});
  });
});

it('reads what our own codecs write', async () => {
  const { GZIP, Snappy, LZ4, ZSTD } = CompressionTypes;
  for (const type of [GZIP, Snappy, LZ4, ZSTD]) {
    const id = `own-${type}`;
    const messages = Array.from({ length: STEPS }, (_, index) =>
      record(id, index + 1, { loss: lossAt(2 * index + 2) }),
    );
    await topics.send(topics.names.metrics, messages, type);
    await until(id, async () => (await service.reader.find(id))?.newestStep === STEPS);
    expect(await valuesOf(service.reader, id)).toEqual(expected((step) => lossAt(2 * step)));
  }
});
