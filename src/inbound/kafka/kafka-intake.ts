// What comes over HTTP, put onto the Kafka topics: from there on it is like any other record.
import type { Message } from 'kafkajs';
import { wireAnnouncement, wireRecord } from '../../runs/wire-form.js';
import { KafkaNeedError } from '../../settings/kafka-error.js';
import type { IncomingItem } from '../../watch/incoming-batch.js';
import { Intake, IntakeError, type IntakeStatus, type RefusedItem } from '../../watch/intake.js';
import type { KafkaCluster } from './kafka-cluster.js';
import type { KafkaConsumer } from './kafka-consumer.js';
import type { KafkaProducer } from './kafka-producer.js';

/** One message an item, keyed by its run. Announcements go first: a run's plan is known before its records are judged. */
export class KafkaIntake extends Intake {
  constructor(
    private readonly producer: KafkaProducer,
    private readonly consumer: KafkaConsumer,
    private readonly cluster: Pick<KafkaCluster, 'topics' | 'explain'>,
    private readonly maxMessageBytes: number,
  ) {
    super();
  }

  override async take(id: string, items: readonly IncomingItem[]): Promise<RefusedItem[]> {
    const { runs, metrics } = this.cluster.topics;
    const refused: RefusedItem[] = [];
    const announcements: Message[] = [];
    const records: Message[] = [];
    for (const [index, item] of items.entries()) {
      const message = messageOf(item);
      const bytes = (message.value as Buffer).length;
      if (bytes > this.maxMessageBytes) refused.push({ index, rejection: tooLarge(bytes, this.maxMessageBytes) });
      else (item.kind === 'record' ? records : announcements).push(message);
    }
    try {
      await this.producer.send(runs, announcements);
      await this.producer.send(metrics, records);
    } catch (error) {
      const reason = this.cluster.explain(
        new KafkaNeedError({ operation: 'WRITE', topics: [runs, metrics] }, error as Error),
      );
      throw new IntakeError(`Kafka did not take the batch ${id}: ${reason}`, reason, { cause: error });
    }
    return refused;
  }

  override get hasLag(): boolean {
    return this.consumer.hasLag;
  }

  override get status(): IntakeStatus {
    return this.consumer.status;
  }
}

const tooLarge = (bytes: number, most: number) => ({
  field: '',
  reason: `${bytes} bytes, the limit is ${most}`,
  fix: 'send less at once, or raise KAFKA_MAX_MESSAGE_BYTES',
});

/** Keys that are ignored travel on without their values: they are counted where the item is judged. */
function messageOf(item: IncomingItem): Message {
  const wire = item.kind === 'record' ? wireRecord(item.record) : wireAnnouncement(item.announcement);
  for (const key of item.ignored) wire[key] = false;
  return {
    key: item.kind === 'record' ? item.record.run : item.announcement.run,
    value: Buffer.from(JSON.stringify(wire)),
    timestamp: String(Math.round(item.received)),
  };
}
