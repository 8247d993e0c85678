// A monitor's state as bytes: a JSON head and the raw numbers, bit for bit.

const MAGIC = 0x4f434d31; // "OCM1"

/** A sound snapshot of another version of the rules: nothing can go on from it. */
export class OutdatedSnapshot extends Error {}

/** JSON has no numbers that are not finite, and a loss that was none is part of what is kept. */
const written = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { notFinite: String(value) } : value;
const read = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'notFinite' in value ? Number(value.notFinite) : value;

/** JSON head, then the arrays, eight bytes a number in the machine's order (little-endian on all that Node runs on). */
export function encodeState(head: unknown, arrays: readonly Float64Array[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head, written));
  const numbers = arrays.reduce((sum, array) => sum + array.byteLength, 0);
  const bytes = new Uint8Array(8 + json.byteLength + numbers);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, json.byteLength);
  bytes.set(json, 8);
  let at = 8 + json.byteLength;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/**
 * The head and arrays of a snapshot; `sizes` tells from the head how long each array is.
 * @throws Error where the bytes are not such a snapshot.
 */
export function decodeState<Head>(
  bytes: Uint8Array,
  sizes: (head: Head) => number[],
): { head: Head; arrays: Float64Array[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8 || view.getUint32(0) !== MAGIC) throw new Error('these bytes are no snapshot of a monitor');
  const length = view.getUint32(4);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)), read) as Head;
  let at = 8 + length;
  const arrays = sizes(head).map((size) => {
    const array = new Float64Array(size);
    if (at + array.byteLength > bytes.byteLength) throw new Error('the snapshot of the monitor is cut off');
    new Uint8Array(array.buffer).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
    return array;
  });
  if (at !== bytes.byteLength) throw new Error('the snapshot of the monitor is longer than it says');
  return { head, arrays };
}
