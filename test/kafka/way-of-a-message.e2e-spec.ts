// The way of a message: through a real Kafka into a real Postgres, and what it causes out again on training.deviations.
import { emptyDatabase } from '../postgres/test-database.js';
import { type KafkaService, TestTopics, record, startService, until, valuesOf } from './kafka-service.js';

jest.setTimeout(60_000);

let topics: TestTopics;
let service: KafkaService;
let databaseUrl: string;
beforeAll(async () => {
  const brokers = process.env.TEST_KAFKA_BROKERS!;
  topics = await TestTopics.on(brokers);
  databaseUrl = await emptyDatabase();
  service = await startService({ brokers, prefix: topics.prefix, databaseUrl });
});
afterAll(async () => {
  await service?.stop();
  await topics?.close();
});

it('creates the missing topics, announcements kept for ever', async () => {
  expect((await topics.admin.listTopics()).filter((name) => name.startsWith(topics.prefix)).sort()).toEqual(
    Object.values(topics.names).sort(),
  );
  const { resources } = await topics.admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topics.names.runs, configNames: ['retention.ms', 'cleanup.policy'] }],
  });
  const settings = resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]);
  expect(Object.fromEntries(settings)).toEqual({ 'retention.ms': '-1', 'cleanup.policy': 'delete' });
});

it('stores a record, to the last bit, with the metadata that was announced', async () => {
  await topics.send(topics.names.runs, [{ key: 'a', value: '{"run": "a", "params": 125e6, "planned_steps": 40}' }]);
  await topics.send(topics.names.metrics, [record('a', 1, { loss: 0.1 + 0.2, grad_norm: 5e-324 })]);
  const run = await until('run a with a point', async () => {
    const found = await service.reader.find('a');
    return found && found.newestStep === 1 && found;
  });
  expect(run.metadata).toEqual({ params: 125e6, planned_steps: 40 });
  expect(await valuesOf(service.reader, 'a')).toEqual([[1, 1, 0.1 + 0.2]]);
  expect(await valuesOf(service.reader, 'a', 'grad_norm')).toEqual([[1, 1, 5e-324]]);
});

it('takes arrays of several runs and records without a key, spread over partitions, each point once', async () => {
  const spread = await TestTopics.on(topics.brokers, 3);
  const other = await startService({
    brokers: spread.brokers,
    prefix: spread.prefix,
    databaseUrl: await emptyDatabase(),
  });
  try {
    const steps = 300;
    const one = (run: string, step: number) => ({ run, step, attempt: 1, metrics: { loss: step / 7 } });
    const messages = Array.from({ length: steps }, (_, step) =>
      step % 3 === 0
        ? [{ partition: step % 2, value: JSON.stringify([one('x', step), one('y', step), one('z', step)]) }]
        : ['x', 'y', 'z'].map((run, at) => ({ partition: (step + at) % 3, value: JSON.stringify(one(run, step)) })),
    );
    await spread.send(spread.names.metrics, messages.flat());
    for (const run of ['x', 'y', 'z']) {
      await until(run, async () => (await other.reader.find(run))?.records === steps);
      expect(await valuesOf(other.reader, run)).toEqual(
        Array.from({ length: steps }, (_, step) => [1, step, step / 7]),
      );
    }
  } finally {
    await other.stop();
    await spread.close();
  }
});

it('tells training.deviations of a run that breaks, and that it is over: structured CloudEvents, keyed by the run', async () => {
  const now = Date.now() / 1000;
  const messages = Array.from({ length: 120 }, (_, step) =>
    record('broken', step, { loss: step >= 50 && step < 54 ? NaN : 3 - step / 100 }, { time: now - 120 + step }),
  ).map(({ key, value }) => ({ key, value: String(value).replace('"loss":null', '"loss":NaN') }));
  await topics.send(topics.names.metrics, messages);
  const events = await until('both events', async () => {
    const found = await topics.read(topics.names.deviations);
    return found.length >= 2 && found;
  });
  const bodies = events.map(({ value }) => JSON.parse(String(value)));
  expect(events.map(({ key }) => String(key))).toEqual(bodies.map(() => 'broken'));
  expect(events[0]!.headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' });
  const { id } = bodies[0].data;
  expect(bodies[0]).toMatchObject({
    ...{ specversion: '1.0', type: 'dev.offcurve.deviation.opened', source: 'http://offcurve.test', subject: 'broken' },
    ...{ id: `${id}/1`, datacontenttype: 'application/json' },
    data: { run: 'broken', metric: 'loss', kind: 'non-finite', observed_nonfinite: 'NaN', started_at_step: 50 },
  });
  expect(bodies.at(-1)).toMatchObject({ id: `${id}/${bodies.at(-1).data.version}`, data: { id } });
  expect(new Set(bodies.map((body) => body.id)).size).toBe(bodies.length);
});

it('takes what HTTP hands over: on the topic before it answers, keyed, the value and the ignored keys as they came', async () => {
  const item = (step: number, loss: number) => ({
    kind: 'record' as const,
    record: { run: 'http', step, time: 1.7e12 + step, attempt: null, metrics: { loss } },
    received: 1.7e12,
    ignored: ['host'],
  });
  const tooLong = { ...item(4, 1), record: { ...item(4, 1).record, run: 'x'.repeat(2_000_000) } };
  expect(await service.intake.take('t', [item(1, 0.1), item(2, NaN), tooLong, item(3, -Infinity)])).toEqual([
    { index: 2, rejection: expect.objectContaining({ reason: expect.stringContaining('the limit is 1048576') }) },
  ]);
  const sent = (await topics.read(topics.names.metrics)).filter(({ key }) => String(key) === 'http');
  expect(sent).toHaveLength(3);
  const run = await until('run http', async () => {
    const found = await service.reader.find('http');
    return found?.newestStep === 3 && found;
  });
  expect(run.counters.ignoredKeys).toEqual({ host: 3 });
  expect(await valuesOf(service.reader, 'http')).toEqual([
    [1, 1, 0.1],
    [1, 2, NaN],
    [1, 3, -Infinity],
  ]);
});

it('goes on behind what is in after a restart, and has no lag once all is read', async () => {
  await service.stop();
  await topics.send(topics.names.metrics, [record('a', 2, { loss: 0.5 })]);
  service = await startService({ brokers: topics.brokers, prefix: topics.prefix, databaseUrl });
  await until('step 2', async () => (await service.reader.find('a'))?.newestStep === 2);
  expect((await service.reader.find('a'))?.counters).toMatchObject({ repeats: 0 });
  expect(service.meter.items).toBe(1);
  await until('no lag', async () => !service.intake.hasLag);
  expect(service.intake.status).toEqual({ ready: true, reason: null });
});
