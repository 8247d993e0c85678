// Creates the topics that are missing, with the settings they need.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import { KafkaNeedError, brokerErrorCode } from '../../settings/kafka-error.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { TopicNames } from '../../settings/kafka-topics.js';
import { SettingsError } from '../../settings/settings-error.js';

/** A dead letter weighs more than its message: headers say what is wrong with it. */
const DEAD_LETTER_MAX_BYTES = 16 * 1024 * 1024;
/** The resource type of a topic in Kafka's protocol. */
const TOPIC_RESOURCE = 2;
const KEEP_FOREVER = '-1';
/** A new topic is known to all brokers after a moment; a busy cluster takes its time. */
const LEADERS_MS = 30_000;
const LOOK_MS = 100;

/** The settings that each topic is created with; partitions and replication are the brokers' defaults. */
export function topicSettings(names: TopicNames): { topic: string; settings: Record<string, string> }[] {
  return [
    { topic: names.metrics, settings: {} },
    // Later announcements add to earlier ones: compaction would lose the first, retention all of a long run's.
    { topic: names.runs, settings: { 'retention.ms': KEEP_FOREVER, 'cleanup.policy': 'delete' } },
    { topic: names.deviations, settings: {} },
    { topic: names.deadLetter, settings: { 'max.message.bytes': String(DEAD_LETTER_MAX_BYTES) } },
  ];
}

/**
 * Creates missing topics and waits for their leaders; topics that are there are left as they are.
 *
 * @throws SettingsError or KafkaNeedError where they are missing and may not be created
 */
export async function createTopics(admin: Admin, names: TopicNames, log: KafkaLog): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = topicSettings(names).filter(({ topic }) => !there.has(topic));
  if (there.has(names.runs)) await warnOfRetention(admin, names.runs, log);
  for (const { topic, settings } of missing) {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await create(admin, { topic, configEntries });
    log.info({ topic }, 'created the Kafka topic');
  }
  if (missing.length > 0)
    await haveLeaders(
      admin,
      missing.map(({ topic }) => topic),
    );
}

/** Not kafkajs's own waiting: it takes a broker that has not heard of the topic yet for a refusal. */
async function haveLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (const deadline = Date.now() + LEADERS_MS; ; await sleep(LOOK_MS))
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      const code = brokerErrorCode(error);
      const passes = code === 'UNKNOWN_TOPIC_OR_PARTITION' || code === 'LEADER_NOT_AVAILABLE';
      if (!passes || Date.now() > deadline) throw error;
    }
}

async function create(admin: Admin, topic: ITopicConfig): Promise<void> {
  try {
    await admin.createTopics({ topics: [topic], waitForLeaders: false });
  } catch (error) {
    const code = brokerErrorCode(error);
    // Another instance was quicker.
    if (code === 'TOPIC_ALREADY_EXISTS') return;
    if (code === null || code === 'REQUEST_TIMED_OUT' || code === 'NOT_CONTROLLER') throw error;
    if (code.endsWith('_AUTHORIZATION_FAILED'))
      throw new KafkaNeedError({ operation: 'CREATE', topics: [topic.topic] }, error as Error);
    const settings = (topic.configEntries ?? []).map(({ name, value }) => ` --config ${name}=${value}`).join('');
    throw new SettingsError([
      {
        where: 'KAFKA_BROKERS',
        reason: `the topic ${topic.topic} is missing and cannot be created: ${code}`,
        fix: `allow this user to create topics, or create it: kafka-topics.sh --create --topic ${topic.topic}${settings}`,
      },
    ]);
  }
}

/** Somebody's own training.runs may have Kafka's week of retention: runs would lose their plans, silently. */
async function warnOfRetention(admin: Admin, topic: string, log: KafkaLog): Promise<void> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: ['retention.ms', 'cleanup.policy'] }],
    });
    const valueOf = (name: string): string | undefined =>
      resources[0]?.configEntries.find((entry) => entry.configName === name)?.configValue;
    const retention = valueOf('retention.ms');
    const policy = valueOf('cleanup.policy');
    if (retention !== undefined && retention !== KEEP_FOREVER)
      log.warn({ topic, retention }, `announcements are lost after ${retention} ms: set retention.ms=-1 on the topic`);
    if (policy?.includes('compact'))
      log.warn({ topic, policy }, 'compaction loses earlier announcements of a run: set cleanup.policy=delete');
  } catch (error) {
    // Reading a topic's settings needs a permission of its own; nothing depends on it.
    log.debug({ topic, reason: (error as Error).message }, 'cannot read the settings of the topic');
  }
}
