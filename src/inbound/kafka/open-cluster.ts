// The first contact with Kafka at the start: waits a while for it, tells which cluster it is, fails with what to do.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { IMPATIENT, kafkaClient } from '../../settings/kafka-connection.js';
import { isRefusedLogin } from '../../settings/kafka-error.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { SettingsError } from '../../settings/settings-error.js';

/** Kafka is often started together with us, and takes longer. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

export interface OpenCluster {
  /** Connected, the caller's to disconnect. */
  admin: Admin;
  /** Kafka's own name of the cluster: offsets of one mean nothing in another. */
  clusterId: string;
}

/** @throws SettingsError where no broker answers in time, or the login is refused */
export async function openCluster(
  settings: KafkaSettings,
  log: KafkaLog,
  patienceMs = PATIENCE_MS,
): Promise<OpenCluster> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const admin = kafkaClient(settings, log, IMPATIENT).admin();
    try {
      await admin.connect();
      const { clusterId } = await admin.describeCluster();
      return { admin: await patientAdmin(settings, log, admin), clusterId };
    } catch (error) {
      await admin.disconnect().catch(() => undefined);
      const reason = (error as Error).message;
      if (isRefusedLogin(error))
        throw new SettingsError([
          { where: 'KAFKA_SASL_USERNAME', reason, fix: 'correct the user, the password and the mechanism' },
        ]);
      if (Date.now() > until)
        throw new SettingsError([
          {
            where: 'KAFKA_BROKERS',
            reason: `no broker at ${settings.brokers.join(', ')} answers: ${reason}`,
            fix: 'start Kafka (`npm run kafka` for a local one), or correct KAFKA_BROKERS and KAFKA_TLS',
          },
        ]);
      log.warn({ brokers: settings.brokers, reason }, 'waiting for Kafka');
      await sleep(PAUSE_MS);
    }
  }
}

/** From here on a broker that goes away is waited for. */
async function patientAdmin(settings: KafkaSettings, log: KafkaLog, impatient: Admin): Promise<Admin> {
  const admin = kafkaClient(settings, log).admin();
  await admin.connect();
  await impatient.disconnect();
  return admin;
}
