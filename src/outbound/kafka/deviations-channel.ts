// The channel to the topic training.deviations: each message of the outbox as a CloudEvent in structured mode.
import type { Kafka, Producer } from 'kafkajs';
import type { Channel, SendResult } from '../../alerting/channel.js';
import type { PendingMessage } from '../../alerting/outbox-message.js';
import type { Route } from '../../alerting/route.js';
import { IMPATIENT, kafkaClient } from '../../settings/kafka-connection.js';
import { brokerErrorCode } from '../../settings/kafka-error.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { topicNames } from '../../settings/kafka-topics.js';
import { kafkaTrouble, troubleText } from '../../settings/kafka-trouble.js';

/** A name that no channel of offcurve.yml can have. */
export const DEVIATIONS_CHANNEL = 'kafka:training.deviations';

/** To be put before the routes of offcurve.yml: the topic hears of every deviation, whatever they say. */
export const DEVIATIONS_ROUTE: Route = { channels: [DEVIATIONS_CHANNEL], continue: true, everything: true };

/** The whole event is the value, as the CloudEvents binding for Kafka (1.0.2, section 3.3) wants it. */
const STRUCTURED_MODE = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
/** The same message would fail again. */
const PERMANENT = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION']);

/**
 * Keyed by the run (a data event by its own id: its runs grow in number), so that what happens to one deviation stays in order. A message is
 * told to be sent when all replicas have it; a crash in between repeats it under the same id.
 */
export class DeviationsChannel implements Channel {
  readonly name = DEVIATIONS_CHANNEL;
  private readonly kafka: Kafka;
  private readonly topic: string;
  private producer: Promise<Producer> | null = null;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly log: KafkaLog,
  ) {
    // The outbox tries again on its own: a try must be over before its lease is.
    this.kafka = kafkaClient(settings, log, IMPATIENT);
    this.topic = topicNames(settings.topicPrefix).deviations;
  }

  async send({ body }: PendingMessage): Promise<SendResult> {
    const { subject } = JSON.parse(body) as { subject: string };
    try {
      const producer = await (this.producer ??= this.connect());
      const messages = [{ key: subject, value: body, headers: STRUCTURED_MODE }];
      await producer.send({ topic: this.topic, acks: -1, messages });
      return { status: 'sent' };
    } catch (error) {
      // After a failure an idempotent producer's sequence numbers are in doubt: a new one has new ones.
      await this.close();
      const code = brokerErrorCode(error);
      const reason = troubleText(kafkaTrouble(error, this.settings, { operation: 'WRITE', topics: [this.topic] }));
      if (code !== null && PERMANENT.has(code)) return { status: 'failed', error: reason };
      return { status: 'retry', error: reason, afterMs: null };
    }
  }

  /** Disconnects; another send connects again. */
  async close(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    try {
      await (await producer)?.disconnect();
    } catch (error) {
      this.log.debug({ reason: (error as Error).message }, 'the Kafka producer did not disconnect cleanly');
    }
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: IMPATIENT,
    });
    await producer.connect();
    return producer;
  }
}
