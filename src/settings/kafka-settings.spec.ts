// The Kafka variables: defaults, and every mistake named.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKafkaSettings } from './kafka-settings.js';
import { SettingsError } from './settings-error.js';

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    readKafkaSettings(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ where }) => where);
  }
};
const KAFKA_BROKERS = 'kafka-1:9092, kafka-2:9092';

test('without brokers there is no Kafka', () => {
  expect(readKafkaSettings({})).toBeNull();
  expect(readKafkaSettings({ KAFKA_BROKERS: '' })).toBeNull();
});

test('addresses alone are enough', () => {
  expect(readKafkaSettings({ KAFKA_BROKERS })).toEqual({
    brokers: ['kafka-1:9092', 'kafka-2:9092'],
    topicPrefix: '',
    clientId: 'offcurve',
    groupId: 'offcurve',
    tls: null,
    sasl: null,
    maxMessageBytes: 1_048_576,
  });
});

test('the group follows the prefix unless it has a name of its own', () => {
  expect(readKafkaSettings({ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: 'lab.' })).toMatchObject({
    topicPrefix: 'lab.',
    groupId: 'lab.offcurve',
  });
  expect(readKafkaSettings({ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: 'lab.', KAFKA_GROUP_ID: 'mine' })).toMatchObject({
    groupId: 'mine',
  });
});

test.each([
  [{ KAFKA_BROKERS: 'kafka' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'kafka:0' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: 'http://kafka:9092' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS: ' , ' }, ['KAFKA_BROKERS']],
  [{ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: 'a b' }, ['KAFKA_TOPIC_PREFIX']],
  [{ KAFKA_BROKERS, KAFKA_TLS: 'perhaps' }, ['KAFKA_TLS']],
  [{ KAFKA_BROKERS, KAFKA_TLS_CA_FILE: '/ca.pem' }, ['KAFKA_TLS_CA_FILE']],
  [{ KAFKA_BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/no/such.pem' }, ['KAFKA_TLS_CA_FILE']],
  [{ KAFKA_BROKERS, KAFKA_SASL_MECHANISM: 'md5' }, ['KAFKA_SASL_MECHANISM']],
  [{ KAFKA_BROKERS, KAFKA_SASL_USERNAME: 'me' }, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
  [{ KAFKA_BROKERS, KAFKA_MAX_MESSAGE_BYTES: '12.5' }, ['KAFKA_MAX_MESSAGE_BYTES']],
])('%j is refused, naming %j', (environment, names) => {
  expect(problemsOf(environment as Record<string, string>)).toEqual(names);
});

test('TLS files are read, a certificate needs its key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offcurve-tls-'));
  const pem = join(folder, 'ca.pem');
  writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(join(folder, 'notes.txt'), 'hello');
  const tls = { KAFKA_BROKERS, KAFKA_TLS: 'TRUE' };
  const read = readKafkaSettings({ ...tls, KAFKA_TLS_CA_FILE: pem })!.tls!;
  expect(read).toMatchObject({ ca: '-----BEGIN CERTIFICATE-----\n', cert: null, key: null, certEnds: null });
  expect(problemsOf({ ...tls, KAFKA_TLS_CA_FILE: join(folder, 'notes.txt') })).toEqual(['KAFKA_TLS_CA_FILE']);
  expect(problemsOf({ ...tls, KAFKA_TLS_CERT_FILE: pem })).toEqual(['KAFKA_TLS_KEY_FILE']);
  expect(problemsOf({ ...tls, KAFKA_TLS_CERT_FILE: pem, KAFKA_TLS_KEY_FILE: pem })).toEqual([
    'KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE',
  ]);
  expect(readKafkaSettings({ KAFKA_BROKERS, KAFKA_TLS: 'false', KAFKA_TLS_CA_FILE: pem })?.tls).toBeNull();
});

test('a renewed TLS file is read; while it is being replaced, the text before counts', () => {
  const ca = join(mkdtempSync(join(tmpdir(), 'offcurve-tls-')), 'ca.pem');
  writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nold');
  const { tls } = readKafkaSettings({ KAFKA_BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: ca })!;
  writeFileSync(ca, '');
  expect(tls!.ca).toContain('old');
  writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nnew');
  expect(tls!.ca).toContain('new');
});

test('SASL mechanisms are taken in any case', () => {
  const sasl = { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: 'secret' };
  expect(readKafkaSettings({ KAFKA_BROKERS, ...sasl })?.sasl).toEqual({
    mechanism: 'scram-sha-512',
    username: 'me',
    password: 'secret',
  });
});
