// How to reach Kafka, from the environment: addresses, names, TLS, SASL, and what a message may weigh.
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { TlsFiles } from './tls-files.js';

/** Where Kafka is and how to speak to it. */
export interface KafkaSettings {
  /** `host:port` of each known broker. */
  brokers: string[];
  /** Put before each topic's name as it is. */
  topicPrefix: string;
  clientId: string;
  groupId: string;
  /** PEM texts, each null where none was given; null speaks without TLS. */
  tls: TlsFiles | null;
  sasl: { mechanism: SaslMechanism; username: string; password: string } | null;
  /** A message whose value is longer goes to the dead-letter topic, unread. */
  maxMessageBytes: number;
}

export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
/** Kafka's own bound is 249 characters; `training.metrics.dead-letter` needs 28 of them. */
const LONGEST_PREFIX = 200;
const DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;
const LEAST_MAX_MESSAGE_BYTES = 1024;
/** A decoded message lives in memory several times over. */
const MOST_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** An empty variable counts as absent, as container files leave them. */
const given = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const text = given(z.string());

const environmentSchema = z.object({
  KAFKA_BROKERS: text,
  KAFKA_TOPIC_PREFIX: given(
    z
      .string()
      .max(LONGEST_PREFIX)
      .regex(/^[A-Za-z0-9._-]*$/, 'topic names have letters, digits, ".", "_" and "-" only'),
  ),
  KAFKA_CLIENT_ID: text,
  KAFKA_GROUP_ID: text,
  KAFKA_SASL_MECHANISM: given(
    z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), z.enum(SASL_MECHANISMS)),
  ),
  KAFKA_SASL_USERNAME: text,
  KAFKA_SASL_PASSWORD: text,
  KAFKA_TLS: given(z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), z.stringbool())),
  KAFKA_TLS_CA_FILE: text,
  KAFKA_TLS_CERT_FILE: text,
  KAFKA_TLS_KEY_FILE: text,
  KAFKA_MAX_MESSAGE_BYTES: given(z.coerce.number().int().min(LEAST_MAX_MESSAGE_BYTES).max(MOST_MAX_MESSAGE_BYTES)),
});

export const KAFKA_VARIABLES: readonly string[] = Object.keys(environmentSchema.shape);
type Values = z.infer<typeof environmentSchema>;

/** What to do about a variable that cannot be read. */
const FIXES: Partial<Record<keyof Values, string>> = {
  KAFKA_SASL_MECHANISM: `set one of ${SASL_MECHANISMS.join(', ')}`,
  KAFKA_TLS: 'set true or false',
  KAFKA_TOPIC_PREFIX: 'set a prefix such as "prod."',
  KAFKA_MAX_MESSAGE_BYTES: `set a whole number from ${LEAST_MAX_MESSAGE_BYTES} to ${MOST_MAX_MESSAGE_BYTES} (the default is ${DEFAULT_MAX_MESSAGE_BYTES})`,
};

/**
 * The Kafka settings, or null where KAFKA_BROKERS is absent. Reads the TLS files.
 *
 * @throws SettingsError that names every problem
 */
export function readKafkaSettings(environment: Readonly<Record<string, string | undefined>>): KafkaSettings | null {
  const checked = environmentSchema.safeParse(environment);
  if (!checked.success)
    throw new SettingsError(
      checked.error.issues.map((issue) => {
        const where = String(issue.path[0]);
        return { where, reason: issue.message, fix: FIXES[where as keyof Values] ?? 'correct the variable' };
      }),
    );
  const values = checked.data;
  if (values.KAFKA_BROKERS === undefined) return null;
  const problems: SettingsProblem[] = [];
  const topicPrefix = values.KAFKA_TOPIC_PREFIX ?? '';
  const settings: KafkaSettings = {
    brokers: brokersOf(values.KAFKA_BROKERS, problems),
    topicPrefix,
    clientId: values.KAFKA_CLIENT_ID ?? 'offcurve',
    // Two installations on one cluster differ by their prefix: they must not share a group.
    groupId: values.KAFKA_GROUP_ID ?? `${topicPrefix}offcurve`,
    tls: tlsOf(values, problems),
    sasl: saslOf(values, problems),
    maxMessageBytes: values.KAFKA_MAX_MESSAGE_BYTES ?? DEFAULT_MAX_MESSAGE_BYTES,
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function brokersOf(list: string, problems: SettingsProblem[]): string[] {
  const brokers = list
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const fix = 'set host:port, several separated by commas, such as kafka-1:9092,kafka-2:9092';
  if (brokers.length === 0) problems.push({ where: 'KAFKA_BROKERS', reason: 'no address in it', fix });
  for (const broker of brokers) {
    const port = Number(/^(?:\[[0-9a-fA-F:.]+\]|[^:/\s]+):(\d{1,5})$/.exec(broker)?.[1]);
    if (!(port >= 1 && port <= 65_535))
      problems.push({ where: 'KAFKA_BROKERS', reason: `"${broker}" is not host:port`, fix });
  }
  return brokers;
}

function tlsOf(values: Values, problems: SettingsProblem[]): KafkaSettings['tls'] {
  const files = ['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE'] as const;
  if (!values.KAFKA_TLS) {
    // Speaking in clear although a certificate was named is surely not what was meant.
    const named = files.filter((file) => values[file] !== undefined);
    if (named.length > 0 && values.KAFKA_TLS === undefined)
      problems.push({ where: named[0]!, reason: 'it is set, KAFKA_TLS is not', fix: 'set KAFKA_TLS=true' });
    return null;
  }
  const check = (name: (typeof files)[number]): string | null => {
    const path = values[name];
    if (path === undefined) return null;
    try {
      if (!readFileSync(path, 'utf8').includes('-----BEGIN'))
        problems.push({ where: name, reason: `${path} holds no PEM`, fix: 'name a file that begins with -----BEGIN' });
    } catch (error) {
      problems.push({ where: name, reason: (error as Error).message, fix: 'name a file that can be read' });
    }
    return path;
  };
  const [ca, cert, key] = files.map(check) as [string | null, string | null, string | null];
  if ((values.KAFKA_TLS_CERT_FILE === undefined) !== (values.KAFKA_TLS_KEY_FILE === undefined))
    problems.push({
      where: values.KAFKA_TLS_CERT_FILE === undefined ? 'KAFKA_TLS_CERT_FILE' : 'KAFKA_TLS_KEY_FILE',
      reason: 'a certificate and its key go together, one of them is missing',
      fix: 'set both or neither',
    });
  const tls = new TlsFiles({ ca, cert, key });
  if (problems.length === 0) checkPair(tls, problems);
  return tls;
}

/** A certificate with another's key fails at every connection, with no word that points here. */
function checkPair({ cert, key }: TlsFiles, problems: SettingsProblem[]): void {
  if (cert === null || key === null) return;
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    problems.push({
      where: 'KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE',
      reason: (error as Error).message,
      fix: 'name a certificate and the key that belongs to it, unencrypted, in PEM',
    });
  }
}

function saslOf(values: Values, problems: SettingsProblem[]): KafkaSettings['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = values;
  if (mechanism === undefined && username === undefined && password === undefined) return null;
  if (mechanism !== undefined && username !== undefined && password !== undefined)
    return { mechanism, username, password };
  const missing = (['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const).filter(
    (name) => values[name] === undefined,
  );
  for (const where of missing)
    problems.push({
      where,
      reason: 'it is missing, other KAFKA_SASL_ variables are set',
      fix: FIXES[where] ?? 'set it',
    });
  return null;
}
