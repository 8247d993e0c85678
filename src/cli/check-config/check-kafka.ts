// Asks Kafka, without any effect, whether the service could use it: login, topics, group.
import type { Admin } from 'kafkajs';
import { topicSettings } from '../../inbound/kafka/create-topics.js';
import { reachCluster } from '../../inbound/kafka/open-cluster.js';
import { KafkaNeedError, brokerErrorCode } from '../../settings/kafka-error.js';
import { silentLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { topicNames } from '../../settings/kafka-topics.js';
import { kafkaTrouble, troubleText } from '../../settings/kafka-trouble.js';

export interface CheckedKafka {
  state: 'ok' | 'wrong';
  /** What is wrong, with the setting that it lies in; or what will be created, and what could not be asked. */
  detail: string;
}

/** Kafka tells nobody his rights to read and write; a message of ours in the topic to find out would be an effect. */
const NOT_ASKED = 'rights to read and write only show in use, at /health/ready';

export async function checkKafka(settings: KafkaSettings): Promise<CheckedKafka> {
  try {
    const { admin } = await reachCluster(settings, silentLog);
    try {
      const missing = await missingTopics(admin, settings);
      await admin.describeGroups([settings.groupId]);
      const created = missing.length === 0 ? '' : `will create ${missing.join(', ')}; `;
      return { state: 'ok', detail: `login, topics and group; ${created}${NOT_ASKED}` };
    } finally {
      await admin.disconnect();
    }
  } catch (error) {
    return { state: 'wrong', detail: troubleText(kafkaTrouble(error, settings)) };
  }
}

/** @throws KafkaNeedError where they may not be created */
async function missingTopics(admin: Admin, settings: KafkaSettings): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  const missing = topicSettings(topicNames(settings.topicPrefix)).filter(({ topic }) => !there.has(topic));
  for (const { topic } of missing)
    try {
      await admin.createTopics({ topics: [{ topic }], validateOnly: true, waitForLeaders: false });
    } catch (error) {
      // There, but not shown to whoever has no right on it.
      if (brokerErrorCode(error) === null) throw error;
      throw new KafkaNeedError({ operation: 'CREATE', topics: [topic] }, error as Error);
    }
  return missing.map(({ topic }) => topic);
}
