// Sends what could not be read to the dead-letter topic: the original bytes, and in the headers what is wrong with them.
import type { Message } from 'kafkajs';
import { KafkaNeedError, brokerErrorCode } from '../../settings/kafka-error.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { DeadLetter } from './dead-letter.js';
import type { KafkaProducer } from './kafka-producer.js';

/** Headers grow with the bad parts of an array; the first ones tell enough. */
const MOST_PARTS_NAMED = 50;
const MOST_INDEXES_NAMED = 1_000;
const LONGEST_REASON = 500;
/** What is kept of a message that the topic does not take whole. */
const TRUNCATED_BYTES = 64 * 1024;

/** At least once: a crash between sending and the batch's commit sends them again. */
export class DeadLetterQueue {
  constructor(
    private readonly producer: KafkaProducer,
    private readonly topic: string,
    private readonly log: KafkaLog,
  ) {}

  /** Resolves when all are acknowledged by all replicas. */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const messages = letters.map(messageOf);
    try {
      await this.producer.send(this.topic, messages);
    } catch (error) {
      if (brokerErrorCode(error) !== 'MESSAGE_TOO_LARGE')
        throw new KafkaNeedError({ operation: 'WRITE', topics: [this.topic] }, error as Error);
      for (const message of messages) await this.sendFitting(message);
    }
  }

  /** A topic that somebody else made may take less than the message has: better its beginning than a stop for good. */
  private async sendFitting(message: Message): Promise<void> {
    try {
      await this.producer.send(this.topic, [message]);
    } catch (error) {
      if (brokerErrorCode(error) !== 'MESSAGE_TOO_LARGE') throw error;
      const value = message.value as Buffer;
      this.log.error(
        { topic: this.topic, bytes: value.length },
        `the dead-letter topic takes no message that long: only its first ${TRUNCATED_BYTES} bytes are kept; raise max.message.bytes on it`,
      );
      await this.producer.send(this.topic, [
        {
          ...message,
          value: value.subarray(0, TRUNCATED_BYTES),
          headers: { ...message.headers, 'truncated-from': String(value.length) },
        },
      ]);
    }
  }
}

/** The dead letter of one message. The first bad part gives `reason` and `field`; `rejections` has them as JSON. */
function messageOf({ topic, partition, offset, key, value, bad }: DeadLetter): Message {
  const first = bad[0]!;
  const indexes = bad.flatMap(({ index }) => (index === null ? [] : [index]));
  return {
    key,
    value,
    headers: {
      kind: first.kind,
      reason: first.rejection.reason.slice(0, LONGEST_REASON),
      field: first.rejection.field,
      fix: first.rejection.fix,
      'source-topic': topic,
      partition: String(partition),
      offset,
      ...(indexes.length > 0 && {
        index: indexes.slice(0, MOST_INDEXES_NAMED).join(','),
        rejected: String(indexes.length),
        rejections: JSON.stringify(
          bad.slice(0, MOST_PARTS_NAMED).map(({ index, rejection }) => ({ index, ...rejection })),
        ),
      }),
    },
  };
}
