// The connection to one Kafka cluster that all of Kafka's providers share, opened at the start and closed last.
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaClient } from '../../settings/kafka-connection.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { type TopicNames, topicNames } from '../../settings/kafka-topics.js';
import { registerCodecs } from './codecs.js';
import { createTopics } from './create-topics.js';
import { openCluster } from './open-cluster.js';

export class KafkaCluster implements OnApplicationShutdown {
  private constructor(
    readonly kafka: Kafka,
    readonly admin: Admin,
    /** Kafka's own name of the cluster: offsets of one mean nothing in another. */
    readonly id: string,
    readonly topics: TopicNames,
    private readonly log: KafkaLog,
  ) {}

  /**
   * Waits for Kafka, creates missing topics.
   *
   * @throws SettingsError where no broker answers in time, the login is refused, or topics are missing and may not be created
   */
  static async open(settings: KafkaSettings, log: KafkaLog): Promise<KafkaCluster> {
    registerCodecs();
    const { admin, clusterId } = await openCluster(settings, log);
    const topics = topicNames(settings.topicPrefix);
    const cluster = new KafkaCluster(kafkaClient(settings, log), admin, clusterId, topics, log);
    try {
      await cluster.createTopics();
    } catch (error) {
      await admin.disconnect();
      throw error;
    }
    return cluster;
  }

  /** Topics may be deleted while we run: each new consumer makes sure that they are there. */
  async createTopics(): Promise<void> {
    await createTopics(this.admin, this.topics, this.log);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.admin.disconnect();
  }
}
