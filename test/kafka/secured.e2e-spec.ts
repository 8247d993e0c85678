// Secured Kafka: every kind of login against a broker that demands it, and what is said where it is refused, until it is mended.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkKafka } from '../../src/cli/check-config/check-kafka.js';
import { readKafkaSettings } from '../../src/settings/kafka-settings.js';
import { cli } from '../cli/cli.js';
import { emptyDatabase } from '../postgres/test-database.js';
import { type KafkaService, TestTopics, record, startService, until, valuesOf } from './kafka-service.js';
import { Authority } from './certificates.js';
import { PASSWORD, type SecuredBroker, allow, forbidReading, setPassword, startSecured } from './secured-broker.js';

jest.setTimeout(180_000);

let dir: string;
let broker: SecuredBroker;
let open: TestTopics;
const running = new Set<KafkaService>();
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-secured-'));
  broker = await startSecured(dir);
  open = await TestTopics.on(broker.kafka.bootstrap);
});
afterEach(async () => {
  for (const service of running) await service.stop();
  running.clear();
});
afterAll(async () => {
  await open?.close();
  await Promise.all((broker?.kafka.brokers ?? []).map((one) => one.kill()));
  rmSync(dir, { recursive: true, force: true });
});

type Environment = Record<string, string>;
const login = (mechanism: string, password = PASSWORD, user = 'offcurve'): Environment => ({
  ...{ KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password },
});
const tls = (): Environment => ({ KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: broker.authority.ca });
const certified = ({ cert, key } = broker.client): Environment => ({
  ...{ ...tls(), KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key },
});

let prefixes = 0;
const newPrefix = (): string => `secured${++prefixes}.`;

async function start(listener: string, prefix: string, environment: Environment): Promise<KafkaService> {
  const brokers = broker.kafka.bootstrapOf(listener);
  const service = await startService({ brokers, prefix, databaseUrl: await emptyDatabase(), environment });
  running.add(service);
  return service;
}

const ready = (service: KafkaService) => until('ready', async () => service.intake.status.ready, 60_000);
const refusedFor = (service: KafkaService, reason: RegExp) =>
  until(
    `not ready for ${reason}`,
    async () => {
      const { status } = service.intake;
      return !status.ready && reason.test(status.reason ?? '') && status.reason;
    },
    60_000,
  );

/** Through the open listener, so that only the service's own way is in question. */
async function expectStored(service: KafkaService, prefix: string, step: number): Promise<void> {
  await open.send(`${prefix}training.metrics`, [record('run', step, { loss: step })]);
  await until(`step ${step}`, async () => (await service.reader.find('run'))?.newestStep === step, 60_000);
}

it.each<[string, string, string, () => Environment]>([
  ['SASL PLAIN', 'PLAIN', 'User:offcurve', () => login('plain')],
  ['SCRAM-SHA-256', 'SCRAM', 'User:offcurve', () => login('scram-sha-256')],
  ['SCRAM-SHA-512', 'SCRAM', 'User:offcurve', () => login('scram-sha-512')],
  ['TLS with certificates on both sides', 'MUTUAL', 'User:CN=offcurve', certified],
  ['SCRAM-SHA-512 over TLS', 'BOTH', 'User:offcurve', () => ({ ...tls(), ...login('scram-sha-512') })],
])('%s: reads, takes what HTTP hands over and sets aside, with no right but the documented', async (...row) => {
  const [, listener, principal, environment] = row;
  const prefix = newPrefix();
  await allow(open.admin, principal, prefix);
  const service = await start(listener, prefix, environment());
  await ready(service);
  const item = {
    kind: 'record' as const,
    record: { run: 'run', step: 1, time: 1.7e12, attempt: null, metrics: { loss: 1 } },
    received: 1.7e12,
    ignored: [],
  };
  expect(await service.intake.take('t', [item])).toEqual([]);
  await open.send(`${prefix}training.metrics`, [{ key: 'run', value: 'not JSON' }]);
  await expectStored(service, prefix, 2);
  expect(await valuesOf(service.reader, 'run')).toEqual([
    [1, 1, 1],
    [1, 2, 2],
  ]);
  await until('set aside', async () => (await open.read(`${prefix}training.metrics.dead-letter`)).length === 1);
});

it.each<[string, string, () => Environment, RegExp]>([
  [
    'a wrong password by PLAIN',
    'PLAIN',
    () => login('plain', 'wrong'),
    /^KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: .*"offcurve"/,
  ],
  [
    'a wrong password by SCRAM-SHA-256',
    'SCRAM',
    () => login('scram-sha-256', 'wrong'),
    /^KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: /,
  ],
  [
    'a user nobody knows by SCRAM-SHA-512',
    'SCRAM',
    () => login('scram-sha-512', PASSWORD, 'nobody'),
    /^KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: .*"nobody"/,
  ],
  [
    'a mechanism that the listener has not',
    'PLAIN',
    () => login('scram-sha-256'),
    /^KAFKA_SASL_MECHANISM: .*no scram-sha-256/,
  ],
  ['a login where none is taken', 'PLAINTEXT', () => login('plain'), /^KAFKA_SASL_MECHANISM: .*takes no login/],
  ['no login where one is asked for', 'PLAIN', () => ({}), /set KAFKA_TLS or KAFKA_SASL_MECHANISM/],
  ['no TLS where it is spoken', 'MUTUAL', () => ({}), /set KAFKA_TLS or KAFKA_SASL_MECHANISM/],
  ['TLS where it is not', 'PLAINTEXT', tls, /KAFKA_TLS/],
  [
    'a broker of an unknown CA',
    'BOTH',
    () => ({ KAFKA_TLS: 'true', ...login('scram-sha-512') }),
    /^KAFKA_TLS_CA_FILE: /,
  ],
  [
    "a broker's certificate that has run out",
    'EXPIRED',
    tls,
    /^KAFKA_BROKERS: the certificate of the broker .* has expired/,
  ],
  ['no certificate where one is asked for', 'MUTUAL', tls, /^KAFKA_TLS_CERT_FILE: .*none is set/],
  [
    'a certificate of our own that has run out',
    'MUTUAL',
    () => certified(broker.authority.issue('offcurve', -1)),
    /^KAFKA_TLS_CERT_FILE: the certificate expired on 20/,
  ],
  [
    'a certificate of a CA that the broker does not know',
    'MUTUAL',
    () => certified(new Authority(dir, 'other').issue('offcurve')),
    /^KAFKA_TLS_CERT_FILE: the broker refused/,
  ],
  [
    'topics that nobody gave a right on',
    'SCRAM',
    () => login('scram-sha-256'),
    /^KAFKA_SASL_USERNAME: the user "offcurve" may not CREATE \S+training\.\S+ \(TOPIC_AUTHORIZATION_FAILED\)/,
  ],
])('check-config names the setting: %s', async (_what, listener, environment, said) => {
  const { bootstrap } = broker.kafka;
  const brokers = listener === 'PLAINTEXT' ? bootstrap : broker.kafka.bootstrapOf(listener);
  const settings = readKafkaSettings({ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: newPrefix(), ...environment() })!;
  expect(await checkKafka(settings)).toEqual({ state: 'wrong', detail: expect.stringMatching(said) });
});

it('check-config says the same from the command line, and shows no password', async () => {
  const env = { KAFKA_BROKERS: broker.kafka.bootstrapOf('PLAIN'), ...login('plain', 'wrong-and-secret') };
  const { code, stdout, stderr } = await cli(['check-config', '--online'], { cwd: dir, env });
  expect(code).toBe(2);
  expect(stdout).toContain('kafka: wrong: KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: the broker refused the login');
  expect(stderr).toContain('Kafka would not work');
  expect(stdout + stderr).not.toContain('wrong-and-secret');
  const right = await cli(['check-config', '--online', '--json'], {
    cwd: dir,
    env: { KAFKA_BROKERS: broker.kafka.bootstrap },
  });
  expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, kafka_check: { state: 'ok' } });
});

it('a refused password: not ready and saying so until the broker knows it, then reads', async () => {
  const prefix = newPrefix();
  await allow(open.admin, 'User:late', prefix);
  const service = await start('SCRAM', prefix, login('scram-sha-256', 'new-password', 'late'));
  await refusedFor(service, /^KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: the broker refused the login of "late"/);
  await setPassword(broker.kafka, 'late', 'new-password');
  await ready(service);
  await expectStored(service, prefix, 1);
});

it('a certificate that has run out: not ready and saying so until its file is renewed, then reads', async () => {
  const prefix = newPrefix();
  await allow(open.admin, 'User:CN=offcurve', prefix);
  const expired = broker.authority.issue('offcurve', -1);
  const service = await start('MUTUAL', prefix, certified(expired));
  await refusedFor(service, /^KAFKA_TLS_CERT_FILE: the certificate expired on 20/);
  copyFileSync(broker.client.key, expired.key);
  copyFileSync(broker.client.cert, expired.cert);
  await ready(service);
  await expectStored(service, prefix, 1);
});

it('a topic that may not be read any more: not ready and saying so until it may, then goes on where it was', async () => {
  const prefix = newPrefix();
  const topic = `${prefix}training.metrics`;
  await allow(open.admin, 'User:offcurve', prefix);
  const service = await start('SCRAM', prefix, login('scram-sha-512'));
  await ready(service);
  await expectStored(service, prefix, 1);
  await forbidReading(open.admin, 'User:offcurve', topic, true);
  const reason = await refusedFor(
    service,
    /^KAFKA_SASL_USERNAME: the user "offcurve" may not READ .*training\.metrics/,
  );
  expect(reason).toContain('docs/kafka.md');
  await open.send(topic, [record('run', 2, { loss: 2 })]);
  await forbidReading(open.admin, 'User:offcurve', topic, false);
  await ready(service);
  await expectStored(service, prefix, 3);
  expect(await valuesOf(service.reader, 'run')).toEqual([1, 2, 3].map((step) => [1, step, step]));
  expect((await service.reader.find('run'))!.counters).toMatchObject({ repeats: 0 });
});
