// The first contact with Kafka: which cluster it is, or what is wrong and what to do.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { IMPATIENT, kafkaClient } from '../../settings/kafka-connection.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { kafkaTrouble } from '../../settings/kafka-trouble.js';
import { SettingsError } from '../../settings/settings-error.js';

const PAUSE_MS = 1_000;

export interface OpenCluster {
  /** Connected, the caller's to disconnect. Gives up after a few seconds. */
  admin: Admin;
  /** Kafka's own name of the cluster: offsets of one mean nothing in another. */
  clusterId: string;
}

/** One try. @throws kafkajs's error */
export async function reachCluster(settings: KafkaSettings, log: KafkaLog): Promise<OpenCluster> {
  const admin = kafkaClient(settings, log, IMPATIENT).admin();
  try {
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    return { admin, clusterId };
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw error;
  }
}

/**
 * Tries for a while: Kafka is often started together with us, and takes longer.
 *
 * @throws SettingsError where no broker answers in time, or we are refused
 */
export async function openCluster(settings: KafkaSettings, log: KafkaLog, patienceMs: number): Promise<OpenCluster> {
  for (const until = Date.now() + patienceMs; ; await sleep(PAUSE_MS))
    try {
      return await reachCluster(settings, log);
    } catch (error) {
      const trouble = kafkaTrouble(error, settings);
      if (!trouble.passes || Date.now() > until) throw new SettingsError([trouble]);
      log.warn({ brokers: settings.brokers, reason: trouble.reason }, 'waiting for Kafka');
    }
}
