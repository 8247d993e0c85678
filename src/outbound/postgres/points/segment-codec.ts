// One metric of a closed stretch of rows as bytes: order, steps, times and lateness as differences, values exact.
import type { SegmentPlaces } from '../../../watch/watch-store.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { readIntegers, writeIntegers } from './integer-column.js';
import { readNumbers, writeNumbers } from './number-column.js';

const VERSION = 1;

/** The rows of a segment, by sequence number; all columns of one length. */
export interface SegmentColumns extends SegmentPlaces {
  values: Float64Array;
}

/** What the segments of several metrics of the same rows begin with. */
export function encodePlaces({ seqs, steps, times, late }: SegmentPlaces): Buffer {
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.unsigned(seqs.length);
  writeIntegers(writer, seqs);
  // Steps may be any safe integer, which differences of differences cannot hold.
  writeNumbers(writer, steps);
  writeNumbers(writer, times);
  const indexes: number[] = [];
  for (let index = late.indexOf(1); index >= 0; index = late.indexOf(1, index + 1)) indexes.push(index);
  writer.unsigned(indexes.length);
  writeIntegers(writer, indexes);
  return writer.finish();
}

/** What they go on with, each its own. */
export function encodeValues(values: Float64Array): Buffer {
  const writer = new ByteWriter();
  writeNumbers(writer, values);
  return writer.finish();
}

/** @throws Error where the bytes are no segment. */
export function decodeSegment(bytes: Uint8Array): SegmentColumns {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new Error(`a segment of version ${version}; this version reads ${VERSION}`);
  const count = reader.unsigned();
  const seqs = readIntegers(reader, count);
  const steps = readNumbers(reader, count);
  const times = readNumbers(reader, count);
  const late = new Uint8Array(count);
  for (const index of readIntegers(reader, reader.unsigned())) late[index] = 1;
  const values = readNumbers(reader, count);
  if (!reader.atEnd) throw new Error('the segment is longer than it says');
  return { seqs, steps, times, late, values };
}
