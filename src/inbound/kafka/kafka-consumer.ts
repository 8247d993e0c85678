// Kafka in: each batch is decoded, its bad parts set aside, its good parts judged and committed with the offset.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { TopicNames } from '../../settings/kafka-topics.js';
import type { IncomingBatch } from '../../watch/incoming-batch.js';
import type { IngestResult } from '../../watch/ingest.js';
import type { IngestMeter } from '../../watch/ingest-meter.js';
import type { WatchStore } from '../../watch/watch-store.js';
import type { DeadLetterQueue } from './dead-letter-queue.js';
import { decodePart } from './decode-part.js';
import { metricItem, runItem } from './decode-value.js';
import { LagWatch } from './lag-watch.js';
import type { MessageStream, Placement, StreamBatch, StreamHandler, TopicPartition } from './message-stream.js';
import { type Place, Places } from './places.js';
import { type Gap, type OffsetRange, startPosition } from './start-position.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const COMMIT_EVERY_MS = 1_000;
/** Announcements are read before records, but records do not wait for ever. */
const HOLD_MS = 30_000;

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
  clusterId: string;
  topics: TopicNames;
  maxMessageBytes: number;
  clock: () => number;
}

export interface KafkaStatus {
  ready: boolean;
  /** Why it is not ready, or null. */
  reason: string | null;
}

export class KafkaConsumer implements StreamHandler, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly places = new Places();
  private readonly lagWatch: LagWatch;
  private committing: NodeJS.Timeout | null = null;
  private holding: NodeJS.Timeout | null = null;
  private current: KafkaStatus = { ready: false, reason: 'not started' };

  constructor(private readonly parts: KafkaConsumerParts) {
    const { stream, store, clusterId, topics, log } = parts;
    this.lagWatch = new LagWatch(
      stream,
      store,
      clusterId,
      [topics.metrics, topics.runs],
      (topic, partition) => this.places.of({ topic, partition })?.position ?? null,
      (topic, partition, end) => this.noteEnd({ topic, partition }, end),
      log,
    );
  }

  onApplicationBootstrap(): void {
    this.parts.stream.start(this);
    this.lagWatch.start();
    this.committing = setInterval(() => void this.showOffsets(), COMMIT_EVERY_MS);
  }

  /** Finishes the batches in hand, then leaves the group. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.committing) clearInterval(this.committing);
    if (this.holding) clearTimeout(this.holding);
    await this.lagWatch.stop();
    await this.showOffsets();
    await this.parts.stream.stop();
  }

  /** True while records may wait in Kafka that nobody has judged. */
  get hasLag(): boolean {
    return !this.current.ready || this.lagWatch.hasLag || this.places.anyBehind();
  }

  get status(): KafkaStatus {
    return this.current;
  }

  state(state: string, reason: string | null): void {
    this.current = state === 'reading' ? { ready: true, reason: null } : { ready: false, reason: reason ?? state };
  }

  async assigned(partitions: readonly (TopicPartition & OffsetRange)[]): Promise<Placement[]> {
    const placed: Place[] = [];
    for (const partition of partitions) placed.push(await this.placeOf(partition));
    this.places.replace(placed);
    this.parts.log.info(
      { partitions: placed.map(({ topic, partition, position }) => `${topic}/${partition}@${position}`) },
      'reading from Kafka',
    );
    const wait = this.announcementsWait();
    if (this.holding) clearTimeout(this.holding);
    if (wait) this.holding = setTimeout(() => this.releaseMetrics(), HOLD_MS);
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
    this.noteEnd(place, next > place.end ? next : place.end);
    this.releaseMetricsIfDue();
  }

  /** The way of a batch: find what is new in it, then stretch by stretch decode, set aside, judge and commit. */
  async batch(batch: StreamBatch): Promise<void> {
    const place = this.places.of(batch);
    if (!place) return;
    place.end = batch.end;
    const decode = batch.topic === this.parts.topics.runs ? runItem : metricItem;
    const { maxMessageBytes: maxBytes, clock, meter } = this.parts;
    let index = await this.firstNew(batch, place);
    while (index < batch.messages.length && batch.isCurrent()) {
      const id = `${batch.topic}/${batch.partition}@${batch.messages[index]!.offset}`;
      const part = decodePart(batch.messages, index, { ...place, decode, maxBytes, now: clock() });
      const last = part.end === batch.messages.length;
      const next = last ? batch.next : BigInt(batch.messages[part.end]!.offset);
      const result = await this.untilDone(batch, id, async () => {
        await this.parts.deadLetters.send(part.deadLetters);
        return this.commit(id, place, next, part.items);
      });
      if (!result) return;
      if (result.status === 'lost-partition') return this.goOnFrom(result.stored, batch, place);
      for (const { bad } of part.deadLetters) for (const { kind } of bad) meter.deadLetter(kind);
      batch.done(part.end - 1);
      index = part.end;
      this.noteEnd(place, place.end);
      await batch.heartbeat();
    }
    // All of it was in already, and the stream has to hear that as well.
    if (index > 0 && index === batch.messages.length) batch.done(index - 1);
    this.releaseMetricsIfDue();
  }

  private async commit(id: string, place: Place, next: bigint, items: IncomingBatch['items']): Promise<IngestResult> {
    const { topic, partition, expected } = place;
    const source = { cluster: this.parts.clusterId, topic, partition, expected, next };
    const result = await this.parts.ingest.ingest({ id, source, items });
    if (result.status === 'committed') {
      place.expected = next;
      place.position = next;
      place.shown = false;
    }
    return result;
  }

  /** The stored place of a partition. A gap is committed as such: it is reported once, not at every start. */
  private async placeOf({ topic, partition, ...range }: TopicPartition & OffsetRange): Promise<Place> {
    const stored = (await this.parts.store.offsets(this.parts.clusterId, topic)).get(partition) ?? null;
    const { offset, gap } = startPosition(stored, range);
    const place: Place = { topic, partition, expected: stored, position: offset, end: range.end, shown: false };
    if (gap) {
      this.report(place, gap);
      const result = await this.commit(`${topic}/${partition}@gap-${gap.from}`, place, offset, []);
      if (result.status === 'lost-partition') {
        place.expected = result.stored;
        place.position = result.stored ?? range.earliest;
      }
    }
    this.noteEnd(place, range.end);
    return place;
  }

  /** Index of the first message that is not in yet. kafkajs resets offsets on its own: what it skipped is found out here. */
  private async firstNew(batch: StreamBatch, place: Place): Promise<number> {
    if (batch.fetchedFrom > place.position) {
      const range = (await this.parts.stream.ranges(batch.topic)).get(batch.partition);
      const earliest = range?.earliest ?? batch.fetchedFrom;
      if (earliest > place.position) this.report(place, { kind: 'retention', from: place.position, to: earliest });
      return 0;
    }
    if (batch.end < place.position) {
      this.report(place, { kind: 'recreated', from: place.position, to: batch.fetchedFrom });
      return 0;
    }
    if (batch.fetchedFrom === place.position) return 0;
    let index = 0;
    while (index < batch.messages.length && BigInt(batch.messages[index]!.offset) < place.position) index++;
    return index;
  }

  private goOnFrom(stored: bigint | null, batch: StreamBatch, place: Place): void {
    const { topic, partition, position } = place;
    this.parts.log.warn(
      { topic, partition, position: String(position), stored: stored === null ? null : String(stored) },
      'another instance read this partition; going on from the stored offset',
    );
    place.expected = stored;
    place.position = stored ?? 0n;
    batch.readFrom(place.position);
  }

  /** Tries until it works or the batch is no longer ours; null where it is not. The database may be away for a while. */
  private async untilDone<T>(batch: StreamBatch, id: string, task: () => Promise<T>): Promise<T | null> {
    for (let tries = 1; batch.isCurrent(); tries++)
      try {
        const result = await task();
        if (tries > 1) {
          this.parts.log.info({ batch: id, tries }, 'the batch is in');
          this.current = { ready: true, reason: null };
        }
        return result;
      } catch (error) {
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
        this.current = { ready: false, reason: (error as Error).message };
        this.parts.log.error({ batch: id, tries, pause, err: error }, 'the batch could not be committed, trying again');
        for (const until = Date.now() + pause; Date.now() < until && batch.isCurrent();) {
          await sleep(Math.min(500, pause));
          await batch.heartbeat();
        }
      }
    return null;
  }

  private report(place: TopicPartition, { kind, from, to }: Gap): void {
    const { topic, partition } = place;
    const what =
      kind === 'retention'
        ? `${to - from} messages were deleted by Kafka before they were read`
        : 'the topic was made anew or cut back: it ends before what was read of it';
    this.parts.meter.gap(topic, partition, kind === 'retention' ? Number(to - from) : 0);
    this.parts.log.error({ topic, partition, from: String(from), to: String(to) }, `gap: ${what}; reading on`);
  }

  private noteEnd(partition: TopicPartition, end: bigint): void {
    const place = this.places.of(partition);
    if (place) place.end = end;
    const at = place ?? (partition as Partial<Place>);
    if (at.position !== undefined)
      this.parts.meter.lag(partition.topic, partition.partition, Math.max(0, Number(end - at.position)));
  }

  private announcementsWait(): boolean {
    return this.places.behind(this.parts.topics.runs);
  }

  private releaseMetricsIfDue(): void {
    if (this.holding && !this.announcementsWait()) this.releaseMetrics();
  }

  private releaseMetrics(): void {
    if (this.holding) clearTimeout(this.holding);
    this.holding = null;
    this.parts.stream.release(this.places.in(this.parts.topics.metrics));
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
