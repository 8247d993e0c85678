// A column of doubles, exact to the last bit: as decimals where they are few-digit decimals, else by what changed of the bits.
import type { ByteReader, ByteWriter } from './byte-writer.js';
import { isColumnInteger, readIntegers, writeIntegers } from './integer-column.js';

const MOST_DECIMALS = 9;
const POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) => 10 ** decimals);
/** Column kinds up to here are whole numbers over a power of ten; this one is bits. */
const BITS = 0xff;

/** NaN keeps no payload: every NaN is read back as NaN. -0 and infinities are themselves. */
export function writeNumbers(writer: ByteWriter, values: Float64Array): void {
  const decimals = commonDecimals(values);
  if (decimals === null) {
    writer.byte(BITS);
    return writeBits(writer, values);
  }
  writer.byte(decimals);
  const scale = POWERS[decimals]!;
  writeIntegers(
    writer,
    values.map((value) => Math.round(value * scale)),
  );
}

export function readNumbers(reader: ByteReader, count: number): Float64Array {
  const kind = reader.byte();
  if (kind === BITS) return readBits(reader, count);
  const values = readIntegers(reader, count);
  const scale = 10 ** kind;
  for (let index = 0; index < count; index++) values[index]! /= scale;
  return values;
}

/** The digits behind the point that give all values back exactly, or null. Noise fails at the first value. */
function commonDecimals(values: Float64Array): number | null {
  let decimals = 0;
  for (const value of values) {
    while (!isExact(value, decimals)) if (++decimals > MOST_DECIMALS) return null;
  }
  // More digits than an earlier value needed may round that one elsewhere.
  return values.every((value) => isExact(value, decimals)) ? decimals : null;
}

function isExact(value: number, decimals: number): boolean {
  const scale = POWERS[decimals]!;
  const whole = Math.round(value * scale);
  return isColumnInteger(whole) && whole / scale === value && !Object.is(value, -0);
}

/** Each value by the bytes that differ from the one before: a byte for how many zero bytes lead and trail, then the rest. */
function writeBits(writer: ByteWriter, values: Float64Array): void {
  const pair = new Float64Array(1);
  const halves = new Uint32Array(pair.buffer);
  let previousHigh = 0;
  let previousLow = 0;
  for (const value of values) {
    pair[0] = value;
    const low = (halves[0]! ^ previousLow) >>> 0;
    const high = (halves[1]! ^ previousHigh) >>> 0;
    previousLow = halves[0]!;
    previousHigh = halves[1]!;
    if (high === 0 && low === 0) {
      writer.byte(0);
      continue;
    }
    const leading = high === 0 ? 4 + (Math.clz32(low) >>> 3) : Math.clz32(high) >>> 3;
    const trailing = low === 0 ? 4 + trailingZeroBytes(high) : trailingZeroBytes(low);
    writer.byte(1 + leading * 8 + trailing);
    writer.significant(high, low, leading, trailing);
  }
}

const trailingZeroBytes = (half: number): number => (31 - Math.clz32(half & -half)) >>> 3;

function readBits(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const pair = new Float64Array(1);
  const halves = new Uint32Array(pair.buffer);
  let high = 0;
  let low = 0;
  for (let index = 0; index < count; index++) {
    const control = reader.byte();
    if (control !== 0) {
      const leading = (control - 1) >>> 3;
      const trailing = (control - 1) & 7;
      for (let byte = leading; byte < 8 - trailing; byte++) {
        const bits = reader.byte() << (24 - 8 * (byte & 3));
        if (byte < 4) high ^= bits;
        else low ^= bits;
      }
    }
    halves[0] = low;
    halves[1] = high;
    values[index] = pair[0]!;
  }
  return values;
}
