// Finds where each assigned partition is to be read from, and what of a fetched batch is new; reports what Kafka lost.
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { IngestMeter } from '../../watch/ingest-meter.js';
import type { IngestResult } from '../../watch/ingest.js';
import type { WatchStore } from '../../watch/watch-store.js';
import type { MessageStream, StreamBatch, TopicPartition } from './message-stream.js';
import { type Place, Places } from './places.js';
import { type Gap, type OffsetRange, startPosition } from './start-position.js';

export interface PartitionPlacesParts {
  stream: MessageStream;
  store: WatchStore;
  clusterId: () => string;
  meter: IngestMeter;
  log: KafkaLog;
  /** Moves the stored offset to `next` with no records. */
  skip(id: string, place: Place, next: bigint): Promise<IngestResult>;
}

export class PartitionPlaces extends Places {
  constructor(private readonly parts: PartitionPlacesParts) {
    super();
  }

  /** Looks up the stored place of every partition that is ours from now on. */
  async assign(partitions: readonly (TopicPartition & OffsetRange)[]): Promise<Place[]> {
    const placed: Place[] = [];
    for (const partition of partitions) placed.push(await this.placeOf(partition));
    this.replace(placed);
    for (const place of placed) this.noteEnd(place, place.end);
    return placed;
  }

  /** The stored place of a partition. A gap is committed as such: it is reported once, not at every start. */
  private async placeOf({ topic, partition, ...range }: TopicPartition & OffsetRange): Promise<Place> {
    const stored = (await this.parts.store.offsets(this.parts.clusterId(), topic)).get(partition) ?? null;
    const { offset, gap } = startPosition(stored, range);
    const place: Place = { topic, partition, expected: stored, position: offset, end: range.end, shown: false };
    if (gap) {
      this.report(place, gap);
      const result = await this.parts.skip(`${topic}/${partition}@gap-${gap.from}`, place, offset);
      if (result.status === 'lost-partition') {
        place.expected = result.stored;
        place.position = result.stored ?? range.earliest;
      }
    }
    return place;
  }

  /** Index of the first message that is not in yet. kafkajs resets offsets on its own: what it skipped is found out here. */
  async firstNew(batch: StreamBatch, place: Place): Promise<number> {
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

  /** Another instance moved the stored offset. */
  goOnFrom(stored: bigint | null, batch: StreamBatch, place: Place): void {
    const { topic, partition, position } = place;
    this.parts.log.warn(
      { topic, partition, position: String(position), stored: stored === null ? null : String(stored) },
      'another instance read this partition; going on from the stored offset',
    );
    place.expected = stored;
    place.position = stored ?? 0n;
    batch.readFrom(place.position);
  }

  /** The partition's end as just heard of, for the lag. */
  noteEnd(partition: TopicPartition, end: bigint): void {
    const place = this.of(partition);
    if (!place) return;
    place.end = end;
    const behind = Math.max(0, Number(end - place.position));
    this.parts.meter.lag(partition.topic, partition.partition, behind);
  }

  private report({ topic, partition }: TopicPartition, { kind, from, to }: Gap): void {
    const what =
      kind === 'retention'
        ? `${to - from} messages were deleted by Kafka before they were read`
        : 'the topic was made anew or cut back: it ends before what was read of it';
    this.parts.meter.gap(topic, partition, kind === 'retention' ? Number(to - from) : 0);
    this.parts.log.error({ topic, partition, from: String(from), to: String(to) }, `gap: ${what}; reading on`);
  }
}
