// Where this process stands in each partition it was assigned.
import type { TopicPartition } from './message-stream.js';

export interface Place extends TopicPartition {
  /** The next offset as stored; null where none is. */
  expected: bigint | null;
  /** The next offset to read. */
  position: bigint;
  /** The partition's end when last heard of. */
  end: bigint;
  /** Whether Kafka's own committed offset, for display, is up to date. */
  shown: boolean;
}

export class Places {
  private all = new Map<string, Place>();

  replace(places: readonly Place[]): void {
    this.all = new Map(places.map((place) => [keyOf(place), place]));
  }

  of(partition: TopicPartition): Place | undefined {
    return this.all.get(keyOf(partition));
  }

  in(topic: string): Place[] {
    return [...this.all.values()].filter((place) => place.topic === topic);
  }

  behind(topic: string): boolean {
    return this.in(topic).some(isBehind);
  }

  anyBehind(): boolean {
    return [...this.all.values()].some(isBehind);
  }

  /** Those whose offset is to be shown; counted as shown from now on. */
  takeUnshown(): Place[] {
    const unshown = [...this.all.values()].filter(({ shown, expected }) => !shown && expected !== null);
    for (const place of unshown) place.shown = true;
    return unshown;
  }
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
const isBehind = ({ position, end }: Place): boolean => position < end;
