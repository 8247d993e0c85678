// With Kafka, HTTP is a door to it: answered once Kafka has it, judged like any other record, told on training.deviations.
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { type TestService, eventually, testService } from './test-service.js';

const prefix = `http-${randomBytes(4).toString('hex')}.`;
let service: TestService;
beforeAll(async () => {
  service = await testService({ KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix });
}, 60_000);
afterAll(() => service?.stop());

it('puts what comes over HTTP on Kafka, judges it from there, and sends the deviation to its topic', async () => {
  const kafka = new Kafka({ brokers: [process.env.TEST_KAFKA_BROKERS!], logLevel: logLevel.NOTHING });
  const heard: { key?: string; value: string }[] = [];
  const consumer = kafka.consumer({ groupId: `${prefix}listener` });
  await consumer.connect();
  await consumer.subscribe({ topics: [`${prefix}training.deviations`], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) =>
      void heard.push({ key: message.key?.toString(), value: message.value!.toString() }),
  });
  try {
    await service.call('POST', '/v1/runs', { run: 'k', name: 'Kay' });
    const nan = (step: number) => ({ run: 'k', step, metrics: { loss: null }, nonfinite: 'nan', epoch: 1 });
    const answer = await service.call('POST', '/v1/metrics', [nan(1), { run: 'k' }, nan(2)]);
    expect(answer).toMatchObject({ status: 202, json: { accepted: 2, rejected: [{ index: 1 }], ignored: ['epoch'] } });
    const run = await eventually(async () => {
      const { json } = await service.call('GET', '/v1/runs/k');
      return json.open_deviations === 1 && json;
    }, 30_000);
    expect(run).toMatchObject({ name: 'Kay', records: 2, newest_step: 2, counters: { ignored_keys: { epoch: 2 } } });
    const [event] = await eventually(async () => heard.length > 0 && heard, 30_000);
    expect(event!.key).toBe('k');
    expect(JSON.parse(event!.value)).toMatchObject({
      type: 'dev.offcurve.deviation.opened',
      data: { run: 'k', kind: 'non-finite' },
    });
    expect((await service.call('GET', '/health/ready')).json).toMatchObject({ checks: { intake: { ready: true } } });
    expect((await service.call('GET', '/metrics')).text).toMatch(
      /offcurve_consumer_lag_messages\{topic="\S+training\.metrics"/,
    );
  } finally {
    await consumer.disconnect();
  }
}, 90_000);

it('without a broker answers 503 with the setting to look at, and does not blame the database', async () => {
  const lone = await testService({ KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
  try {
    for (const [path, body] of [
      ['/v1/metrics', { run: 'k', step: 1, metrics: { loss: 1 } }],
      ['/v1/runs', { run: 'k', name: 'Kay' }],
    ] as const) {
      const { status, headers, json } = await lone.call('POST', path, body);
      expect({ status, again: headers.get('retry-after') }).toEqual({ status: 503, again: '5' });
      expect(json.detail).toMatch(/^KAFKA_BROKERS: no broker/);
      expect(json.detail).not.toContain('database');
    }
    expect((await lone.call('GET', '/v1/runs')).status).toBe(200);
  } finally {
    await lone.stop();
  }
}, 60_000);
