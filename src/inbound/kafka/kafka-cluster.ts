// The connection to one Kafka cluster that all of Kafka's providers share; the service runs without it, and says why.
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaClient } from '../../settings/kafka-connection.js';
import { isKafkaError } from '../../settings/kafka-error.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { type TopicNames, topicNames } from '../../settings/kafka-topics.js';
import { kafkaTrouble, troubleText } from '../../settings/kafka-trouble.js';
import { SettingsError } from '../../settings/settings-error.js';
import { registerCodecs } from './codecs.js';
import { createTopics } from './create-topics.js';
import { reachCluster } from './open-cluster.js';

export class KafkaCluster implements OnApplicationShutdown {
  readonly kafka: Kafka;
  readonly topics: TopicNames;
  /** Waits for a broker that goes away. */
  readonly admin: Admin;
  private clusterId: string | null = null;

  private constructor(
    private readonly settings: KafkaSettings,
    private readonly log: KafkaLog,
  ) {
    registerCodecs();
    this.kafka = kafkaClient(settings, log);
    this.topics = topicNames(settings.topicPrefix);
    this.admin = this.kafka.admin();
  }

  /**
   * Tries once to reach Kafka, so that a service that can use it has its topics when it is up. Where it cannot, the
   * service runs all the same: what is stored is shown, and the consumer tries again and again.
   */
  static async open(settings: KafkaSettings, log: KafkaLog): Promise<KafkaCluster> {
    const cluster = new KafkaCluster(settings, log);
    try {
      await cluster.reach();
    } catch (error) {
      log.error({ reason: cluster.explain(error) }, 'Kafka cannot be used; it is tried again');
    }
    return cluster;
  }

  /** Kafka's own name of the cluster: offsets of one mean nothing in another. Known once it was reached. */
  get id(): string {
    if (this.clusterId === null) throw new Error('Kafka was not reached yet');
    return this.clusterId;
  }

  /**
   * Connects, creates missing topics: they may be deleted while we run, so each new consumer begins with this.
   *
   * @throws SettingsError that says what to do
   */
  async reach(): Promise<void> {
    try {
      const { admin, clusterId } = await reachCluster(this.settings, this.log);
      try {
        await createTopics(admin, this.topics, this.log);
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
      await this.admin.connect();
      this.clusterId = clusterId;
    } catch (error) {
      throw new SettingsError([kafkaTrouble(error, this.settings)]);
    }
  }

  /** Whether Kafka answers now, without waiting for it. @throws SettingsError where it does not */
  async probe(): Promise<void> {
    try {
      await (await reachCluster(this.settings, this.log)).admin.disconnect();
    } catch (error) {
      throw new SettingsError([kafkaTrouble(error, this.settings)]);
    }
  }

  /** What went wrong while reading or writing, with the setting to correct. */
  explain(error: unknown): string {
    if (error instanceof SettingsError) return troubleText(error.problems[0]!);
    if (!isKafkaError(error)) return (error as Error).message;
    const { metrics, runs } = this.topics;
    return troubleText(kafkaTrouble(error, this.settings, { operation: 'READ', topics: [runs, metrics] }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.admin.disconnect();
  }
}
