// How kafkajs reads for us: sizes, times, and how much at once.
import type { ConsumerConfig, ConsumerRunConfig } from 'kafkajs';

/** A killed instance holds its partitions for this long: its next start waits. */
const SESSION_MS = 10_000;
const REBALANCE_MS = 60_000;
const HEARTBEAT_MS = 2_000;
const FETCH_WAIT_MS = 500;
const BYTES_A_PARTITION = 4 * 1024 * 1024;
const BYTES_A_FETCH = 16 * 1024 * 1024;
/** Partitions added to a topic are seen after this long. */
const METADATA_MS = 30_000;
/**
 * While one partition's batch waits for its commit the next ones' are decoded and judged. Below the connections that the
 * database is given; partitions that wait for their turn are read alone in the end, with nothing to do at each commit.
 */
const PARTITIONS_AT_ONCE = 6;

export const consumerConfig = (groupId: string): ConsumerConfig => ({
  groupId,
  sessionTimeout: SESSION_MS,
  rebalanceTimeout: REBALANCE_MS,
  heartbeatInterval: HEARTBEAT_MS,
  maxWaitTimeInMs: FETCH_WAIT_MS,
  maxBytesPerPartition: BYTES_A_PARTITION,
  maxBytes: BYTES_A_FETCH,
  metadataMaxAge: METADATA_MS,
  allowAutoTopicCreation: false,
  // Whether a crash is worth a restart is no question: the next session begins from clean state.
  retry: { retries: 50, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => false },
});

/** Offsets are stored with what the batches cause: Kafka's own are for display. */
export const RUN_CONFIG: Omit<ConsumerRunConfig, 'eachBatch' | 'eachMessage'> = {
  autoCommit: false,
  eachBatchAutoResolve: false,
  partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
};
