// Kafka in: each batch is decoded, its bad parts set aside, its good parts judged and committed with the offset.
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { TopicNames } from '../../settings/kafka-topics.js';
import type { IncomingBatch } from '../../watch/incoming-batch.js';
import type { IngestMeter } from '../../watch/ingest-meter.js';
import type { IngestResult } from '../../watch/ingest.js';
import type { IntakeStatus } from '../../watch/intake.js';
import type { WatchStore } from '../../watch/watch-store.js';
import { AnnouncementsFirst } from './announcements-first.js';
import type { DeadLetterQueue } from './dead-letter-queue.js';
import type { DeadLetter } from './dead-letter.js';
import { type DecodedPart, decodePart } from './decode-part.js';
import { metricItem, runItem } from './decode-value.js';
import { LagWatch } from './lag-watch.js';
import type {
  MessageStream,
  Placement,
  StreamBatch,
  StreamHandler,
  StreamState,
  TopicPartition,
} from './message-stream.js';
import { PartitionPlaces } from './partition-places.js';
import type { Place } from './places.js';
import type { OffsetRange } from './start-position.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A pause is cut into pieces of this length: a group takes a member that says nothing for gone. */
const HEARTBEAT_MS = 500;
const SHOW_OFFSETS_MS = 1_000;
/** What only informs others is not waited for any longer at the end: the broker may be away for good. */
const GOODBYE_MS = 3_000;

/** Judges and commits a batch; `Ingest` is one. */
export interface BatchTaker {
  ingest(batch: IncomingBatch): Promise<IngestResult>;
}

export interface KafkaConsumerParts {
  stream: MessageStream;
  ingest: BatchTaker;
  store: WatchStore;
  deadLetters: DeadLetterQueue;
  meter: IngestMeter;
  log: KafkaLog;
  /** Known once Kafka was reached; whatever the stream calls comes after that. */
  clusterId: () => string;
  /** An error in the operator's words. */
  explain: (error: unknown) => string;
  topics: TopicNames;
  maxMessageBytes: number;
  clock: () => number;
}

/** A plain provider: reads from the application's start until its shutdown, which finishes the batches in hand. */
export class KafkaConsumer implements StreamHandler, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly places: PartitionPlaces;
  private readonly announcements: AnnouncementsFirst;
  private readonly lagWatch: LagWatch;
  private showing: NodeJS.Timeout | null = null;
  private current: IntakeStatus = { ready: false, reason: 'not started' };

  constructor(private readonly parts: KafkaConsumerParts) {
    const { stream, store, clusterId, topics, meter, log } = parts;
    const skip = (id: string, place: Place, next: bigint): Promise<IngestResult> => this.commit(id, place, next, []);
    this.places = new PartitionPlaces({ stream, store, clusterId, meter, log, skip });
    this.announcements = new AnnouncementsFirst(stream, this.places, topics);
    this.lagWatch = new LagWatch(
      stream,
      store,
      clusterId,
      [topics.metrics, topics.runs],
      (topic, partition) => this.places.of({ topic, partition })?.position ?? null,
      (topic, partition, end) => this.places.noteEnd({ topic, partition }, end),
      log,
    );
  }

  onApplicationBootstrap(): void {
    this.parts.stream.start(this);
    this.lagWatch.start();
    this.showing = setInterval(() => void this.showOffsets(), SHOW_OFFSETS_MS);
  }

  /** Finishes the batches in hand, then leaves the group. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.showing) clearInterval(this.showing);
    this.announcements.stop();
    const shown = this.lagWatch.stop().then(() => this.showOffsets());
    await Promise.race([shown, sleep(GOODBYE_MS, undefined, { ref: false })]);
    await this.parts.stream.stop();
  }

  /** True while records may wait in Kafka that nobody has judged. */
  get hasLag(): boolean {
    return !this.current.ready || this.lagWatch.hasLag || this.places.anyBehind();
  }

  get status(): IntakeStatus {
    return this.current;
  }

  state(state: StreamState, reason: string | null): void {
    this.current = state === 'reading' ? { ready: true, reason: null } : { ready: false, reason: reason ?? state };
  }

  async assigned(partitions: readonly (TopicPartition & OffsetRange)[]): Promise<Placement[]> {
    const placed = await this.places.assign(partitions);
    this.parts.log.info(
      { partitions: placed.map(({ topic, partition, position }) => `${topic}/${partition}@${position}`) },
      'reading from Kafka',
    );
    const wait = this.announcements.begin();
    return placed.map(({ topic, partition, position }) => ({
      topic,
      partition,
      offset: position,
      held: wait && topic === this.parts.topics.metrics,
    }));
  }

  passed(partition: TopicPartition, next: bigint): void {
    const place = this.places.of(partition);
    if (!place || next <= place.position) return;
    place.position = next;
    this.places.noteEnd(place, next > place.end ? next : place.end);
    this.announcements.readOn();
  }

  /** The way of a batch: find what is new in it, then stretch by stretch decode, set aside, judge and commit. */
  async batch(batch: StreamBatch): Promise<void> {
    const place = this.places.of(batch);
    if (!place) return;
    place.end = batch.end;
    let index = await this.places.firstNew(batch, place);
    let part = this.decode(batch, index);
    while (part && batch.isCurrent()) {
      const id = `${batch.topic}/${batch.partition}@${batch.messages[index]!.offset}`;
      const { items, deadLetters, end } = part;
      const next = end === batch.messages.length ? batch.next : BigInt(batch.messages[end]!.offset);
      if (!(await this.setAside(batch, id, deadLetters))) return;
      const [result, following] = await Promise.all([
        this.untilDone(batch, id, () => this.commit(id, place, next, items)),
        // Behind the judging, while the database writes.
        immediate().then(() => this.decode(batch, end)),
      ]);
      if (!result) return;
      if (result.status === 'lost-partition') return this.places.goOnFrom(result.stored, batch, place);
      this.count(deadLetters);
      batch.done(end - 1);
      index = end;
      part = following;
      this.places.noteEnd(place, place.end);
      await batch.heartbeat();
    }
    // All of it was in already, and the stream has to hear that as well.
    if (index > 0 && index === batch.messages.length) batch.done(index - 1);
    this.announcements.readOn();
  }

  /** The next stretch of a batch, or null at its end. */
  private decode(batch: StreamBatch, index: number): DecodedPart | null {
    if (index >= batch.messages.length) return null;
    const { topic, partition } = batch;
    const { topics, maxMessageBytes: maxBytes, clock } = this.parts;
    const decode = topic === topics.runs ? runItem : metricItem;
    return decodePart(batch.messages, index, { topic, partition, decode, maxBytes, now: clock() });
  }

  /** Before the commit: once the offset is past a bad message, nobody looks at it again. False where the batch was lost. */
  private async setAside(batch: StreamBatch, id: string, letters: readonly DeadLetter[]): Promise<boolean> {
    if (letters.length === 0) return true;
    const sent = await this.untilDone(batch, id, async () => {
      await this.parts.deadLetters.send(letters);
      return true;
    });
    if (sent) this.parts.log.warn({ batch: id, ...summaryOf(letters) }, 'set aside what could not be read');
    return sent ?? false;
  }

  private count(letters: readonly DeadLetter[]): void {
    for (const { bad } of letters) for (const { kind } of bad) this.parts.meter.deadLetter(kind);
  }

  private async commit(id: string, place: Place, next: bigint, items: IncomingBatch['items']): Promise<IngestResult> {
    const { topic, partition, expected } = place;
    const source = { cluster: this.parts.clusterId(), topic, partition, expected, next };
    const result = await this.parts.ingest.ingest({ id, source, items });
    if (result.status === 'committed') {
      place.expected = next;
      place.position = next;
      place.shown = false;
    }
    return result;
  }

  /** A commit may take longer than the group waits for a sign of life. Where the group is moving on, the batch's own next one says so. */
  private async heldAlive<T>(batch: StreamBatch, task: () => Promise<T>): Promise<T> {
    const beating = setInterval(() => void batch.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      return await task();
    } finally {
      clearInterval(beating);
    }
  }

  /** Tries until it works or the batch is no longer ours; null where it is not. The database may be away for a while. */
  private async untilDone<T>(batch: StreamBatch, id: string, task: () => Promise<T>): Promise<T | null> {
    for (let tries = 1; batch.isCurrent(); tries++)
      try {
        const result = await this.heldAlive(batch, task);
        if (tries > 1) {
          this.parts.log.info({ batch: id, tries }, 'the batch is in');
          this.current = { ready: true, reason: null };
        }
        return result;
      } catch (error) {
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
        this.current = { ready: false, reason: this.parts.explain(error) };
        this.parts.log.error({ batch: id, tries, pause, err: error }, 'the batch could not be committed, trying again');
        for (const until = Date.now() + pause; Date.now() < until && batch.isCurrent();) {
          await sleep(Math.min(HEARTBEAT_MS, pause));
          await batch.heartbeat();
        }
      }
    return null;
  }

  private async showOffsets(): Promise<void> {
    const news = this.places.takeUnshown();
    if (news.length === 0) return;
    try {
      await this.parts.stream.commit(
        news.map(({ topic, partition, position }) => ({ topic, partition, next: position })),
      );
    } catch (error) {
      this.parts.log.debug({ reason: (error as Error).message }, 'the offsets for display were not written');
    }
  }
}

/** The first bad message of a batch tells enough for a log line; all of them are in the dead-letter topic. */
function summaryOf(letters: readonly DeadLetter[]): object {
  const { offset, bad } = letters[0]!;
  return { messages: letters.length, offset, ...bad[0]!.rejection };
}
