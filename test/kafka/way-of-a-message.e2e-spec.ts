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
