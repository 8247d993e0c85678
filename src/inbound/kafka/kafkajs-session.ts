// One kafkajs consumer from joining the group to its end, watched: whatever becomes of it, its end is heard of.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { KafkaLog } from '../../settings/kafka-log.js';
import { RUN_CONFIG, consumerConfig } from './consumer-tuning.js';
import type { StreamBatch, StreamHandler, StreamMessage, TopicPartition } from './message-stream.js';
import type { OffsetRange } from './start-position.js';

/** Kafka answers each fetch within half a second: whoever waits for so long waits for a broker. */
const ANSWER_MS = 10_000;
const LOOK_MS = 2_000;
/** kafkajs retries for about 100 s; silence beyond that is a consumer that hangs. */
const HANG_MS = 150_000;
/** For batches in hand to be committed, and for the group to hear that we leave. */
const LEAVE_MS = 30_000;
const GOODBYE_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export interface KafkajsStreamParts {
  kafka: Kafka;
  /** Connected; stays the caller's to disconnect. */
  admin: Admin;
  groupId: string;
  topics: readonly string[];
  /** Called before each consumer starts: makes sure that the topics are there. */
  prepare: () => Promise<void>;
  /** Whether Kafka answers now; rejects with what is wrong. */
  probe: () => Promise<void>;
  /** An error in the operator's words. */
  explain: (error: unknown) => string;
  log: KafkaLog;
}

/** One kafkajs consumer, from joining the group to its end. */
export class KafkajsSession {
  readonly consumer: Consumer;
  hasRead = false;
  /** Counts assignments: what was begun under an earlier one is left. */
  private generation = 0;
  private placed = 0;
  private inHand = 0;
  private lastSign = Date.now();
  /** When Kafka last answered: attempts that fail are signs of life too, of ours. */
  private lastAnswer = Date.now();
  private probing = false;
  /** It was said that Kafka does not answer. */
  private waiting = false;
  private ended = false;
  private readonly end$: Promise<string | null>;
  end!: (reason: string | null) => void;

  constructor(
    private readonly parts: KafkajsStreamParts,
    private readonly handler: StreamHandler,
    private readonly ranges: (topic: string) => Promise<Map<number, OffsetRange>>,
  ) {
    this.end$ = new Promise((resolve) => {
      this.end = (reason) => {
        this.ended = true;
        resolve(reason);
      };
    });
    this.consumer = parts.kafka.consumer(consumerConfig(parts.groupId));
    this.listen();
  }

  /** Resolves when this consumer is over, with the reason, or null where it was asked to end. */
  async read(): Promise<string | null> {
    const watchdog = setInterval(() => {
      if (this.inHand > 0) return;
      if (Date.now() - this.lastSign > HANG_MS) this.end('no sign of life');
      else if (this.hasRead && Date.now() - this.lastAnswer > ANSWER_MS) void this.askWhy();
    }, LOOK_MS);
    try {
      const begun = this.begin().then(
        () => this.end$,
        (error: unknown) => this.parts.explain(error),
      );
      return await Promise.race([begun, this.end$]);
    } finally {
      this.ended = true;
      clearInterval(watchdog);
      await this.leave();
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    if (this.ended || partitions.length === 0) return;
    this.consumer.resume(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
  }

  private async begin(): Promise<void> {
    await this.parts.prepare();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.parts.topics], fromBeginning: true });
    await this.consumer.run({ ...RUN_CONFIG, eachBatch: (payload) => this.hand(payload) });
  }

  private listen(): void {
    const { consumer } = this;
    const sign = (): void => void (this.lastSign = Date.now());
    const answer = (): void => {
      sign();
      this.lastAnswer = this.lastSign;
      if (!this.waiting || this.placed !== this.generation) return;
      this.waiting = false;
      this.handler.state('reading', null);
    };
    consumer.on(consumer.events.FETCH_START, sign);
    consumer.on(consumer.events.FETCH, answer);
    consumer.on(consumer.events.HEARTBEAT, answer);
    consumer.on(consumer.events.CRASH, ({ payload }) => this.end(this.parts.explain(payload.error)));
    // Called before the first fetch of the assignment: nothing is read until the stored offsets are known.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      answer();
      const generation = ++this.generation;
      const mine = Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({ topic, partitions }));
      consumer.pause(mine);
      void this.place(generation, mine);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      sign();
      // kafkajs goes past batches that hold nothing but markers and aborted messages on its own.
      if (payload.batchSize === 0 && this.placed === this.generation)
        this.handler.passed(payload, BigInt(payload.lastOffset) + 1n);
    });
  }

  /** Seeks each partition of the assignment to where it is to be read from, however many tries that takes. */
  private async place(generation: number, mine: { topic: string; partitions: number[] }[]): Promise<void> {
    for (let tries = 0; generation === this.generation && !this.ended; tries++)
      try {
        const placements = await this.handler.assigned(await this.rangesOf(mine));
        if (generation !== this.generation || this.ended) return;
        for (const { topic, partition, offset } of placements)
          this.consumer.seek({ topic, partition, offset: offset.toString() });
        this.placed = generation;
        this.hasRead = true;
        this.resume(placements.filter(({ held }) => !held));
        this.handler.state('reading', null);
        return;
      } catch (error) {
        const reason = this.parts.explain(error);
        this.handler.state('connecting', reason);
        this.parts.log.warn({ reason }, 'cannot tell where to read from, trying again');
        await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
      }
  }

  private async rangesOf(
    mine: readonly { topic: string; partitions: number[] }[],
  ): Promise<(TopicPartition & OffsetRange)[]> {
    const all = await Promise.all(
      mine.map(async ({ topic, partitions }) => {
        const ranges = await this.ranges(topic);
        return partitions.map((partition) => {
          const range = ranges.get(partition);
          if (!range) throw new Error(`${topic} has no partition ${partition} any more`);
          return { topic, partition, ...range };
        });
      }),
    );
    return all.flat();
  }

  private async hand(payload: EachBatchPayload): Promise<void> {
    const generation = this.generation;
    if (this.ended || this.placed !== generation || payload.isStale()) return;
    this.inHand++;
    try {
      await this.handler.batch(this.batchOf(payload, generation));
    } finally {
      this.inHand--;
      this.lastSign = Date.now();
    }
  }

  private batchOf(payload: EachBatchPayload, generation: number): StreamBatch {
    const { batch } = payload;
    const { topic, partition } = batch;
    const isCurrent = (): boolean =>
      !this.ended && generation === this.generation && payload.isRunning() && !payload.isStale();
    return {
      topic,
      partition,
      messages: batch.messages as readonly StreamMessage[],
      // Not in kafkajs's types, but on every batch.
      fetchedFrom: BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset),
      next: BigInt(batch.lastOffset()) + 1n,
      end: BigInt(batch.highWatermark),
      done: (index) => {
        if (isCurrent()) payload.resolveOffset(batch.messages[index]!.offset);
      },
      readFrom: (offset) => {
        if (isCurrent()) this.consumer.seek({ topic, partition, offset: offset.toString() });
      },
      heartbeat: () => payload.heartbeat(),
      isCurrent,
    };
  }

  /** kafkajs tries again on its own, and keeps to itself what stands in the way. */
  private async askWhy(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    const asked = Date.now();
    try {
      await this.parts.probe();
    } catch (error) {
      if (!this.ended && this.lastAnswer < asked) {
        this.waiting = true;
        this.handler.state('connecting', this.parts.explain(error));
      }
    } finally {
      this.probing = false;
    }
  }

  private async leave(): Promise<void> {
    const left = this.consumer.disconnect().catch((error: Error) => {
      this.parts.log.info({ reason: error.message }, 'the Kafka consumer did not leave cleanly');
    });
    await Promise.race([left, this.patience()]);
  }

  /** The broker may be away for good, and then nobody hears a goodbye. */
  private async patience(): Promise<void> {
    const until = Date.now() + LEAVE_MS;
    do await sleep(GOODBYE_MS, undefined, { ref: false });
    while (this.inHand > 0 && Date.now() < until);
  }
}
