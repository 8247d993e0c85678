// The port to Kafka's consumer side: batches in order, read from where we say, whoever else joins or leaves.
import type { OffsetRange } from './start-position.js';

export interface TopicPartition {
  topic: string;
  partition: number;
}

export interface StreamMessage {
  key: Buffer | null;
  /** null: a tombstone. */
  value: Buffer | null;
  offset: string;
  /** Milliseconds since the epoch, as text; "-1" where there is none. */
  timestamp: string;
}

/** What one fetch gave of one partition. */
export interface StreamBatch extends TopicPartition {
  messages: readonly StreamMessage[];
  /** The offset that was asked for: anything else than expected means that the stream was reset. */
  fetchedFrom: bigint;
  /** The offset behind the last message, markers of transactions included. */
  next: bigint;
  /** The partition's end when it was fetched. */
  end: bigint;
  /** Messages up to this index are done with: the next fetch goes on behind it. */
  done(index: number): void;
  /** Drops the rest of the batch and goes on from `offset`. */
  readFrom(offset: bigint): void;
  /** Tells the group that we live. @throws where the group is rebalancing: the batch is to be left */
  heartbeat(): Promise<void>;
  /** False once the stream stops, or the partition was given away or moved. */
  isCurrent(): boolean;
}

/** Where to read an assigned partition from; held ones wait for `release`. */
export interface Placement extends TopicPartition {
  offset: bigint;
  held: boolean;
}

export type StreamState = 'connecting' | 'reading' | 'stopped';

/** What the stream calls. */
export interface StreamHandler {
  /** All partitions that are ours from now on. Until it resolves nothing is read; where it rejects it is called again. */
  assigned(partitions: readonly (TopicPartition & OffsetRange)[]): Promise<Placement[]>;
  batch(batch: StreamBatch): Promise<void>;
  /** Read up to `next`, of which the last messages were none for us. */
  passed(partition: TopicPartition, next: bigint): void;
  state(state: StreamState, reason: string | null): void;
}

/** Reads topics as a member of a consumer group, for as long as the process lives. */
export abstract class MessageStream {
  /** Begins to read in the background. Whatever happens to Kafka, it goes on once Kafka is back. */
  abstract start(handler: StreamHandler): void;
  /** Lets batches in hand finish, then leaves the group. */
  abstract stop(): Promise<void>;
  abstract release(partitions: readonly TopicPartition[]): void;
  /** Kafka's own committed offsets: read by nobody but displays of lag. */
  abstract commit(offsets: readonly (TopicPartition & { next: bigint })[]): Promise<void>;
  /** What Kafka has of each partition of a topic. */
  abstract ranges(topic: string): Promise<Map<number, OffsetRange>>;
}
