// Stores a batch's points: new rows stay open, full stretches become segments with their buckets.
import type { ClientBase } from 'pg';
import type { RunChange, SegmentPlaces } from '../../watch/watch-store.js';
import type { KeyedChange } from './keyed-change.js';
import { BinaryCopy } from './points/binary-copy.js';
import { LEVEL_ROWS, bucketsOf } from './points/buckets-of.js';
import { encodePlaces, encodeValues } from './points/segment-codec.js';

export async function writePoints(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  await takeMoved(client, changes);
  await openRows(changes).send(client);
  const closing = changes.filter(({ change }) => change.closedThroughSeq !== null);
  if (closing.length === 0) return;
  const { segments, buckets } = closedRows(closing);
  await segments.send(client);
  await buckets.send(client);
  await client.query(
    `delete from points p using unnest($1::int[], $2::int[]) as closed(ref, through)
      where p.run_ref = closed.ref and p.seq <= closed.through`,
    [closing.map(({ ref }) => ref), closing.map(({ change }) => change.closedThroughSeq)],
  );
}

async function takeMoved(client: ClientBase, changes: readonly KeyedChange[]): Promise<void> {
  const moved = changes.flatMap(({ ref, change }) => change.moved.map(({ fromSeq }) => ({ ref, fromSeq })));
  if (moved.length === 0) return;
  await client.query(
    `delete from points p using unnest($1::int[], $2::int[]) as moved(ref, seq)
      where p.run_ref = moved.ref and p.seq = moved.seq`,
    [moved.map(({ ref }) => ref), moved.map(({ fromSeq }) => fromSeq)],
  );
}

function openRows(changes: readonly KeyedChange[]): BinaryCopy {
  const copy = new BinaryCopy('points', ['run_ref', 'seq', 'attempt', 'step', 'time', 'late', 'values']);
  for (const { ref, change } of changes)
    for (const { seq, attempt, step, time, late, values } of newRows(change))
      copy.row().int4(ref).int4(seq).int4(attempt).int8(step).float8(time).bool(late).float8Array(values);
  return copy;
}

/** Rows closed by the same batch never lie open. */
function newRows({ rows, moved, closedThroughSeq }: RunChange) {
  const all = moved.length === 0 ? rows : [...rows, ...moved.map(({ row }) => row)];
  return closedThroughSeq === null ? all : all.filter(({ seq }) => seq > closedThroughSeq);
}

function closedRows(changes: readonly KeyedChange[]): { segments: BinaryCopy; buckets: BinaryCopy } {
  const segments = new BinaryCopy('segments', [
    ...['run_ref', 'metric', 'attempt', 'seq_from', 'seq_to', 'step_from', 'step_to', 'rows', 'data'],
  ]);
  const buckets = new BinaryCopy('buckets', [
    ...['run_ref', 'metric', 'level', 'attempt', 'step_from', 'step_to', 'seq_from', 'time_from', 'time_to'],
    ...['count', 'nonfinite', 'min', 'max', 'mean'],
  ]);
  // Metrics of the same rows share their places, and the bytes of those.
  let shared: SegmentPlaces | null = null;
  let placesBytes: Buffer = Buffer.alloc(0);
  for (const { ref, change } of changes)
    for (const segment of change.segments) {
      const { attempt, metric, places, values } = segment;
      const { seqs } = places;
      if (shared !== places) placesBytes = encodePlaces(places);
      shared = places;
      const levels = LEVEL_ROWS.map((size) => bucketsOf(segment, size));
      const stepFrom = Math.min(...levels[0]!.map((bucket) => bucket.stepFrom));
      const stepTo = Math.max(...levels[0]!.map((bucket) => bucket.stepTo));
      segments.row().int4(ref).int4(metric).int4(attempt).int4(seqs[0]!).int4(seqs.at(-1)!);
      segments.int8(stepFrom).int8(stepTo).int4(seqs.length).bytea(placesBytes, encodeValues(values));
      levels.forEach((stretches, level) => {
        for (const bucket of stretches) {
          buckets.row().int4(ref).int4(metric).int4(level).int4(attempt).int8(bucket.stepFrom).int8(bucket.stepTo);
          buckets.int4(bucket.seqFrom).float8(bucket.timeFrom).float8(bucket.timeTo).int4(bucket.count);
          buckets.int4(bucket.nonfinite).float8(bucket.min).float8(bucket.max).float8(bucket.mean);
        }
      });
    }
  return { segments, buckets };
}
