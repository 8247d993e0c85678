// One kafkajs client from the settings, shaped so that brokers may go away and come back.
import { Kafka, type SASLOptions } from 'kafkajs';
import { brokerForKafkajs, connectToBroker } from './kafka-address.js';
import { type KafkaLog, kafkajsLog } from './kafka-log.js';
import type { KafkaSettings } from './kafka-settings.js';
import type { TlsFiles } from './tls-files.js';

/** kafkajs gives up after five tries by default, long before a broker is back from a restart. */
const PATIENT = { retries: 50, initialRetryTime: 100, maxRetryTime: 2_000 };
/** At the start, and where a person waits for the answer. */
export const IMPATIENT = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

/** kafkajs takes its options apart at each connection: files that were renewed meanwhile are read there. */
const freshFrom = (tls: TlsFiles) => ({
  get ca() {
    return tls.ca ?? undefined;
  },
  get cert() {
    return tls.cert ?? undefined;
  },
  get key() {
    return tls.key ?? undefined;
  },
});

/** A client; nothing is connected yet. */
export function kafkaClient(settings: KafkaSettings, log: KafkaLog, retry = PATIENT): Kafka {
  const { tls, sasl } = settings;
  // kafkajs 2 warns of its changed default partitioner on the console unless told not to.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING ??= '1';
  return new Kafka({
    clientId: settings.clientId,
    brokers: settings.brokers.map(brokerForKafkajs),
    socketFactory: connectToBroker,
    ssl: tls ? freshFrom(tls) : undefined,
    sasl: sasl ? ({ ...sasl } as SASLOptions) : undefined,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry,
    logCreator: kafkajsLog(log),
  });
}
