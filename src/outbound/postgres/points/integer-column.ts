// A column of whole numbers as differences, or differences of differences, with runs of zeros counted.
import type { ByteReader, ByteWriter } from './byte-writer.js';

/** Differences of differences stay exact below this. */
export const LARGEST = 2 ** 50;

export const isColumnInteger = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) <= LARGEST && !Object.is(value, -0);

/** Every value must satisfy `isColumnInteger`. A regular column costs a few bytes, whatever its length. */
export function writeIntegers(writer: ByteWriter, values: ArrayLike<number>): void {
  const order = betterOrder(values);
  writer.byte(order);
  let previous = 0;
  let previousDelta = 0;
  let zeros = 0;
  for (let index = 0; index < values.length; index++) {
    const delta = values[index]! - previous;
    const token = order === 1 ? delta : delta - previousDelta;
    previous = values[index]!;
    previousDelta = delta;
    if (token === 0) {
      zeros++;
      continue;
    }
    writeZeros(writer, zeros);
    zeros = 0;
    writer.unsigned(token > 0 ? 2 * token : -2 * token - 1);
  }
  writeZeros(writer, zeros);
}

function writeZeros(writer: ByteWriter, count: number): void {
  if (count === 0) return;
  writer.unsigned(0);
  writer.unsigned(count);
}

function betterOrder(values: ArrayLike<number>): 1 | 2 {
  let first = 0;
  let second = 0;
  for (let index = 2; index < values.length; index++) {
    const delta = values[index]! - values[index - 1]!;
    first += Math.abs(delta);
    second += Math.abs(delta - (values[index - 1]! - values[index - 2]!));
  }
  return second <= first ? 2 : 1;
}

export function readIntegers(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const order = reader.byte();
  let value = 0;
  let delta = 0;
  let zeros = 0;
  for (let index = 0; index < count; index++) {
    let token = 0;
    if (zeros > 0) zeros--;
    else {
      const coded = reader.unsigned();
      if (coded === 0) zeros = reader.unsigned() - 1;
      else token = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
    }
    delta = order === 1 ? token : delta + token;
    value += delta;
    values[index] = value;
  }
  return values;
}
