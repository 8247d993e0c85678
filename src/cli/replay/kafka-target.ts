// Sends a replay onto the Kafka topics, a message a record, keyed by the run.
import type { Admin } from 'kafkajs';
import { createTopics } from '../../inbound/kafka/create-topics.js';
import { KafkaProducer } from '../../inbound/kafka/kafka-producer.js';
import { openCluster } from '../../inbound/kafka/open-cluster.js';
import { wireAnnouncement, wireRecord } from '../../runs/wire-form.js';
import { kafkaClient } from '../../settings/kafka-connection.js';
import { silentLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { topicNames } from '../../settings/kafka-topics.js';
import { UserError } from '../user-error.js';
import type { Played } from './player.js';
import type { ReplayTarget } from './replay-target.js';
import { workOrLeave } from './work-or-leave.js';

/** A person waits for the answer: no broker within this time is a mistake in the address. */
const PATIENCE_MS = 10_000;
/** A broker that restarts is waited for, half a minute as over HTTP. */
const RESTART = { retries: 15, initialRetryTime: 100, maxRetryTime: 2_000 };
/** For what is on its way and for the goodbyes: the broker may be away for good. */
const GOODBYE_MS = 2_000;

export class KafkaTarget implements ReplayTarget {
  private readonly topics: { metrics: string; runs: string };

  private constructor(
    private readonly settings: KafkaSettings,
    private readonly admin: Admin,
    private readonly producer: KafkaProducer,
  ) {
    this.topics = topicNames(settings.topicPrefix);
  }

  /**
   * Connects, and creates the topics that are missing, so that a replay may come before the service's first start.
   *
   * @throws SettingsError where no broker answers
   */
  static async open(settings: KafkaSettings): Promise<KafkaTarget> {
    const { admin } = await openCluster(settings, silentLog, PATIENCE_MS);
    try {
      await createTopics(admin, topicNames(settings.topicPrefix), silentLog);
      const producer = new KafkaProducer(kafkaClient(settings, silentLog, RESTART), silentLog);
      return new KafkaTarget(settings, admin, producer);
    } catch (error) {
      await admin.disconnect();
      throw error;
    }
  }

  /** Announcements and records lie in different topics: each stretch is acknowledged before the next one goes. */
  async send(played: readonly Played[]): Promise<void> {
    for (let from = 0; from < played.length;) {
      const { kind } = played[from]!;
      let to = from;
      while (to < played.length && played[to]!.kind === kind) to++;
      await this.produce(kind === 'record' ? this.topics.metrics : this.topics.runs, played.slice(from, to));
      from = to;
    }
  }

  async close(): Promise<void> {
    const goodbye = this.producer.onApplicationShutdown().then(() => this.admin.disconnect());
    await workOrLeave(goodbye, AbortSignal.abort(), GOODBYE_MS);
  }

  private async produce(topic: string, played: readonly Played[]): Promise<void> {
    const messages = played.map((item) => {
      const value = item.kind === 'record' ? wireRecord(item.record) : wireAnnouncement(item.announcement);
      return { key: value.run as string, value: JSON.stringify(value) };
    });
    try {
      await this.producer.send(topic, messages);
    } catch (error) {
      throw new UserError(
        `Kafka at ${this.settings.brokers.join(', ')} does not take the records: ${(error as Error).message}`,
        'start Kafka, or correct KAFKA_BROKERS; what was sent before is dropped as repeats when it is sent again',
      );
    }
  }
}
