// One metric of a closed stretch of rows as bytes: order, steps, times and lateness as differences, values exact.
import type { ClosedSegment } from '../../../watch/watch-store.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { readIntegers, writeIntegers } from './integer-column.js';
import { readNumbers, writeNumbers } from './number-column.js';

const VERSION = 1;

/** The rows of a segment, by sequence number; all columns of one length. */
export interface SegmentColumns {
  seqs: Float64Array;
  steps: Float64Array;
  /** Milliseconds since the epoch. */
  times: Float64Array;
  late: Uint8Array;
  values: Float64Array;
}

export function encodeSegment(rows: ClosedSegment['rows']): Buffer {
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.unsigned(rows.length);
  writeIntegers(writer, column(rows, 'seq'));
  // Steps may be any safe integer, which differences of differences cannot hold.
  writeNumbers(writer, column(rows, 'step'));
  writeNumbers(writer, column(rows, 'time'));
  const late = rows.flatMap((row, index) => (row.late ? [index] : []));
  writer.unsigned(late.length);
  writeIntegers(writer, late);
  writeNumbers(writer, column(rows, 'value'));
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

function column(rows: ClosedSegment['rows'], key: 'seq' | 'step' | 'time' | 'value'): Float64Array {
  const values = new Float64Array(rows.length);
  rows.forEach((row, index) => (values[index] = row[key]));
  return values;
}
