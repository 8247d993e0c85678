// A poisoned topic: whatever lies among the good messages, these are stored and the others set aside with the reason.
import type { Message } from 'kafkajs';
import { emptyDatabase } from '../postgres/test-database.js';
import { type KafkaService, TestTopics, record, startService, until, valuesOf } from './kafka-service.js';

jest.setTimeout(120_000);

const MAX_BYTES = 4096;
const good = { run: 'good', step: 1, metrics: { loss: 1 } };
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const without = (key: keyof typeof good): Buffer => json({ ...good, [key]: undefined });
const having = (more: object): Buffer => json({ ...good, ...more });

/** What can be wrong with a message, with the counted kind and the field that the dead letter must name. */
const BAD: [name: string, value: Buffer | null, kind: string, field: string][] = [
  ['a tombstone', null, 'tombstone', ''],
  ['nothing', Buffer.alloc(0), 'empty', ''],
  ['an empty array', json([]), 'empty', ''],
  ['over the limit', having({ note: 'x'.repeat(MAX_BYTES) }), 'too-large', ''],
  ['Latin-1', Buffer.from('{"run": "größe", "step": 1, "metrics": {}}', 'latin1'), 'not-utf8', ''],
  ['bytes', Buffer.from([0x00, 0xff, 0xfe, 0x80]), 'not-utf8', ''],
  ['text', Buffer.from('loss 2.9'), 'not-json', ''],
  ['half of a message', json(good).subarray(0, 20), 'not-json', ''],
  ['a Python dict', Buffer.from("{'run': 'good', 'step': 1}"), 'not-json', ''],
  ['a number', json(17), 'invalid', ''],
  ['null', json(null), 'invalid', ''],
  ['no run', without('run'), 'invalid', 'run'],
  ['a run that is a number', having({ run: 7 }), 'invalid', 'run'],
  ['a run with a NUL', having({ run: 'a\u0000b' }), 'invalid', 'run'],
  ['half a surrogate pair', Buffer.from('{"run": "\\ud800", "step": 1, "metrics": {}}'), 'invalid', 'run'],
  ['no step', without('step'), 'invalid', 'step'],
  ['a step below zero', having({ step: -1 }), 'invalid', 'step'],
  ['half a step', having({ step: 1.5 }), 'invalid', 'step'],
  ['a step as text', having({ step: '1' }), 'invalid', 'step'],
  ['no metrics', without('metrics'), 'invalid', 'metrics'],
  ['metrics in an array', having({ metrics: [1] }), 'invalid', 'metrics'],
  ['a metric that is text', having({ metrics: { loss: 'low' } }), 'invalid', 'metrics.loss'],
  ['a metric in a metric', having({ metrics: { loss: { mean: 1 } } }), 'invalid', 'metrics.loss'],
  ['milliseconds for seconds', having({ time: 1.7e12 }), 'invalid', 'time'],
  ['attempt zero', having({ attempt: 0 }), 'invalid', 'attempt'],
];
const EACH = 1000 / BAD.length;
const RUNS = 4;
const STEPS = 500;

let topics: TestTopics;
let service: KafkaService;
beforeAll(async () => {
  const brokers = process.env.TEST_KAFKA_BROKERS!;
  // One partition: a message's place among those sent is its offset.
  topics = await TestTopics.on(brokers, 1);
  const environment = { KAFKA_MAX_MESSAGE_BYTES: String(MAX_BYTES) };
  service = await startService({ brokers, prefix: topics.prefix, databaseUrl: await emptyDatabase(), environment });
});
afterAll(async () => {
  await service?.stop();
  await topics?.close();
});

const lossAt = (run: number, step: number): number => run + 1 / (step + 1);

it('1,000 bad messages of 25 kinds among 2,000 good ones: all good ones stored, all bad ones set aside as they came', async () => {
  const sent: Message[] = [];
  let bad = 0;
  for (let step = 0; step < STEPS; step++)
    for (let run = 0; run < RUNS; run++) {
      sent.push(record(`run-${run}`, step, { loss: lossAt(run, step) }));
      if ((step * RUNS + run) % 2 === 0) sent.push({ key: `bad-${bad % 3}`, value: BAD[bad++ % BAD.length]![1] });
    }
  await topics.send(topics.names.metrics, sent);

  for (let run = 0; run < RUNS; run++) {
    await until(`run-${run}`, async () => (await service.reader.find(`run-${run}`))?.newestStep === STEPS - 1);
    expect(await valuesOf(service.reader, `run-${run}`)).toEqual(
      Array.from({ length: STEPS }, (_, step) => [1, step, lossAt(run, step)]),
    );
  }
  expect((await service.reader.list({ limit: 50 })).items.map(({ id }) => id).sort()).toEqual(
    Array.from({ length: RUNS }, (_, run) => `run-${run}`),
  );

  const letters = await topics.read(topics.names.deadLetter);
  expect(letters).toHaveLength(1000);
  const seen = new Set<number>();
  const byName = new Map(BAD.map(([name]) => [name, 0]));
  for (const { key, value, headers } of letters) {
    const offset = Number(headers.offset);
    seen.add(offset);
    const original = sent[offset]!;
    const [name, , kind, field] = BAD.find(([, bytes]) => bytes === original.value)!;
    byName.set(name, byName.get(name)! + 1);
    expect({ name, key: String(key), value }).toEqual({ name, key: original.key, value: original.value });
    expect({ name, ...headers }).toMatchObject({
      ...{ name, kind, field, 'source-topic': topics.names.metrics, partition: '0' },
      reason: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
    });
  }
  expect(seen.size).toBe(1000);
  expect([...byName.values()]).toEqual(BAD.map(() => EACH));
  const counted = BAD.map(([, , kind]) => kind).reduce<Record<string, number>>(
    (sum, kind) => ({ ...sum, [kind]: (sum[kind] ?? 0) + EACH }),
    {},
  );
  expect(service.meter.deadLetters).toEqual(counted);
});

it('keeps the good part of an array, sets the whole message aside with the places of the bad ones', async () => {
  const value = json([
    { run: 'first', step: 1, metrics: { loss: 1 } },
    { run: 'first', step: 'two', metrics: { loss: 2 } },
    { run: 'second', step: 1, metrics: { loss: 3 } },
    'nothing',
  ]);
  await topics.send(topics.names.metrics, [{ key: null, value }]);
  await until('second', async () => (await service.reader.find('second'))?.newestStep === 1);
  expect(await valuesOf(service.reader, 'first')).toEqual([[1, 1, 1]]);
  expect(await valuesOf(service.reader, 'second')).toEqual([[1, 1, 3]]);
  const letter = (await topics.read(topics.names.deadLetter)).find(({ headers }) => headers.index !== undefined)!;
  expect(letter).toMatchObject({ key: null, value, headers: { kind: 'invalid', field: 'step', index: '1,3' } });
  expect(JSON.parse(letter.headers.rejections!)).toMatchObject([
    { index: 1, field: 'step', reason: 'step is "two"' },
    { index: 3, field: '', reason: 'a record is an object, not "nothing"' },
  ]);
});

it('sets bad announcements aside as well', async () => {
  await topics.send(topics.names.runs, [{ key: 'a', value: json({ run: 'a', params: 'many' }) }]);
  const letter = await until('the letter', async () => {
    const letters = await topics.read(topics.names.deadLetter);
    return letters.find(({ headers }) => headers['source-topic'] === topics.names.runs) ?? null;
  });
  expect(letter.headers).toMatchObject({ kind: 'invalid', field: 'params', partition: '0', offset: '0' });
});
