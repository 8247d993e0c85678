// The message stream on kafkajs: one consumer after another, none left dead in a living process.
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkajsSession, type KafkajsStreamParts } from './kafkajs-session.js';
import { MessageStream, type StreamHandler, type TopicPartition } from './message-stream.js';
import type { OffsetRange } from './start-position.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export class KafkajsStream extends MessageStream {
  private running: Promise<void> = Promise.resolve();
  private stopping = false;
  private readonly stopped = new AbortController();
  private session: KafkajsSession | null = null;

  constructor(private readonly parts: KafkajsStreamParts) {
    super();
  }

  start(handler: StreamHandler): void {
    this.running = this.keepReading(handler);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.stopped.abort();
    this.session?.end(null);
    await this.running;
  }

  release(partitions: readonly TopicPartition[]): void {
    this.session?.resume(partitions);
  }

  async commit(offsets: readonly (TopicPartition & { next: bigint })[]): Promise<void> {
    await this.session?.consumer.commitOffsets(
      offsets.map(({ topic, partition, next }) => ({ topic, partition, offset: next.toString() })),
    );
  }

  async ranges(topic: string): Promise<Map<number, OffsetRange>> {
    const offsets = await this.parts.admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { earliest: BigInt(low), end: BigInt(high) }]),
    );
  }

  private async keepReading(handler: StreamHandler): Promise<void> {
    const { log } = this.parts;
    for (let failures = 0; !this.stopping;) {
      const session = new KafkajsSession(this.parts, handler, (topic) => this.ranges(topic));
      this.session = session;
      if (failures === 0) handler.state('connecting', null);
      const reason = await session.read();
      if (this.stopping) break;
      failures = session.hasRead ? 1 : failures + 1;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
      handler.state('connecting', reason);
      log.warn({ reason, pause }, 'the Kafka consumer ended, starting another');
      await sleep(pause, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
    handler.state('stopped', null);
  }
}
