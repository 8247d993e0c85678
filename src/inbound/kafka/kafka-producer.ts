// Puts messages on Kafka: acknowledged by all replicas, in order, many callers' messages in one request.
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { KafkaLog } from '../../settings/kafka-log.js';

/** Brokers take a megabyte in one batch by default; a batch is what one request brings to one partition. */
const MOST_BYTES_A_REQUEST = 512 * 1024;
const MOST_MESSAGES_A_REQUEST = 5_000;

interface Waiting {
  topic: string;
  messages: readonly Message[];
  bytes: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * While one request is under way, what others want to send is gathered for the next one. A caller is told when all of its
 * messages are acknowledged, or of the error; then some of them may be there, and sending again may repeat them.
 */
export class KafkaProducer implements OnApplicationShutdown {
  private producer: Promise<Producer> | null = null;
  private readonly waiting: Waiting[] = [];
  private sending: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly log: KafkaLog,
    /** How often a request is tried before the callers get the error: half a minute where `kafka` itself is impatient. */
    private readonly retries = 15,
  ) {}

  async send(topic: string, messages: readonly Message[]): Promise<void> {
    if (this.closed) throw new Error('the Kafka producer is closed');
    const parts: Promise<void>[] = [];
    for (let start = 0; start < messages.length;) {
      let end = start;
      let bytes = 0;
      do bytes += weightOf(messages[end++]!);
      while (
        end < messages.length &&
        end - start < MOST_MESSAGES_A_REQUEST &&
        bytes + weightOf(messages[end]!) <= MOST_BYTES_A_REQUEST
      );
      const part = messages.slice(start, end);
      parts.push(
        new Promise((resolve, reject) => this.waiting.push({ topic, messages: part, bytes, resolve, reject })),
      );
      start = end;
    }
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    // All of them settle before the caller hears of the first failure: none is left without a listener.
    const results = await Promise.allSettled(parts);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Sends what waits, then disconnects. */
  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.sending;
    await this.drop();
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = [this.waiting.shift()!];
      for (let bytes = batch[0]!.bytes; this.waiting.length > 0; batch.push(this.waiting.shift()!)) {
        bytes += this.waiting[0]!.bytes;
        if (bytes > MOST_BYTES_A_REQUEST) break;
      }
      try {
        await this.request(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
  }

  private async request(batch: readonly Waiting[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, messages } of batch) {
      const list = byTopic.get(topic);
      if (list) list.push(...messages);
      else byTopic.set(topic, [...messages]);
    }
    try {
      const producer = await (this.producer ??= this.connect());
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
      });
    } catch (error) {
      // After a failure an idempotent producer's sequence numbers are in doubt: a new one has new ones.
      await this.drop();
      throw error;
    }
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: this.retries, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
    await producer.connect();
    return producer;
  }

  private async drop(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    try {
      await (await producer)?.disconnect();
    } catch (error) {
      this.log.debug({ reason: (error as Error).message }, 'the Kafka producer did not disconnect cleanly');
    }
  }
}

function weightOf({ key, value, headers }: Message): number {
  const size = (part: unknown): number => (part == null ? 0 : Buffer.byteLength(part as string | Buffer));
  let bytes = size(key) + size(value) + 64;
  for (const name in headers) bytes += name.length + size(headers[name]);
  return bytes;
}
