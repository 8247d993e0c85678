// Where reading of a partition begins: at the stored offset, unless Kafka no longer has it.

/** What Kafka has of a partition: offsets from `earliest`, and `end`, the one the next message will get. */
export interface OffsetRange {
  earliest: bigint;
  end: bigint;
}

/** `retention`: the messages `from`…`to` − 1 were deleted unread. `recreated`: the topic has fewer than were read already. */
export interface Gap {
  kind: 'retention' | 'recreated';
  from: bigint;
  to: bigint;
}

/** The offset to read first, with what is missing before it. `stored` is null where nothing was read yet. */
export function startPosition(
  stored: bigint | null,
  { earliest, end }: OffsetRange,
): { offset: bigint; gap: Gap | null } {
  if (stored === null) return { offset: earliest, gap: null };
  if (stored < earliest) return { offset: earliest, gap: { kind: 'retention', from: stored, to: earliest } };
  // Another topic by the same name, or one cut back: what it has now was never read.
  if (stored > end) return { offset: earliest, gap: { kind: 'recreated', from: stored, to: earliest } };
  return { offset: stored, gap: null };
}
