// Segments give back what was put in, bit for bit, and stay small where the rows are regular.
import fc from 'fast-check';
import { decodeSegment, encodePlaces, encodeValues } from './segment-codec.js';

interface Row {
  seq: number;
  step: number;
  time: number;
  late: boolean;
  value: number;
}

const encodeSegment = (rows: Row[]): Buffer =>
  Buffer.concat([
    encodePlaces({
      seqs: Float64Array.from(rows, ({ seq }) => seq),
      steps: Float64Array.from(rows, ({ step }) => step),
      times: Float64Array.from(rows, ({ time }) => time),
      late: Uint8Array.from(rows, ({ late }) => (late ? 1 : 0)),
    }),
    encodeValues(Float64Array.from(rows, ({ value }) => value)),
  ]);

function decoded(bytes: Uint8Array): Row[] {
  const { seqs, steps, times, late, values } = decodeSegment(bytes);
  return Array.from(seqs, (seq, index) => ({
    ...{ seq, step: steps[index]!, time: times[index]!, late: late[index] === 1, value: values[index]! },
  }));
}

/** Jest's toEqual tells -0 from 0 and takes NaN for NaN, as wanted here. */
const expectRoundTrip = (rows: Row[]): void => expect(decoded(encodeSegment(rows))).toEqual(rows);

const rowsOf = (values: number[]): Row[] =>
  values.map((value, index) => ({ seq: index + 1, step: index, time: 1e12 + index, late: false, value }));

it('holds no rows at all', () => expectRoundTrip([]));

it('keeps NaN, infinities, zeros of both signs, the least and the greatest doubles', () => {
  const odd = [
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    5e-324,
    -5e-324,
    Number.MAX_VALUE,
    2 ** 53,
    -(2 ** 53),
    0.1 + 0.2,
    1 / 3,
  ];
  for (const value of odd) expectRoundTrip(rowsOf([value]));
  expectRoundTrip(rowsOf(odd));
  expectRoundTrip(rowsOf([...odd, ...odd.toReversed()]));
});

it('keeps any NaN as NaN', () => {
  const payload = new Float64Array(new BigUint64Array([0x7ff80000deadbeefn]).buffer)[0]!;
  expectRoundTrip(rowsOf([1, payload, 2]));
});

it('keeps any rows whatever', () => {
  const row = fc.record({
    seq: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    step: fc.maxSafeNat(),
    time: fc.double({ min: 0, max: 1e14, noNaN: true }),
    late: fc.boolean(),
    value: fc.oneof(
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000),
      fc.float(),
    ),
  });
  fc.assert(fc.property(fc.array(row, { maxLength: 64 }), expectRoundTrip), { numRuns: 500 });
});

it('keeps columns that are decimals but for one value', () => {
  const decimals = Array.from({ length: 100 }, (_, n) => n / 100);
  for (const odd of [NaN, -0, Infinity, Math.PI, 2 ** 51 + 1, 1e300, 1e-9]) {
    expectRoundTrip(rowsOf([...decimals, odd]));
    expectRoundTrip(rowsOf([odd, ...decimals]));
  }
});

it('takes a few bytes a value for noise, and next to none for what is regular', () => {
  let state = 1;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const noise = rowsOf(Array.from({ length: 512 }, () => 2 + random()));
  expect(encodeSegment(noise).length).toBeLessThan(512 * 8.5);
  const rounded = noise.map((row) => ({ ...row, value: Math.round(row.value * 1e4) / 1e4 }));
  expect(encodeSegment(rounded).length).toBeLessThan(512 * 2.5);
  const tokens = noise.map((row) => ({ ...row, value: row.step * 524_288 }));
  expect(encodeSegment(tokens).length).toBeLessThan(64);
});

it('refuses bytes of another version and bytes that are cut off', () => {
  const bytes = encodeSegment(rowsOf([1, 2, 3]));
  expect(() => decodeSegment(Buffer.from([9, ...bytes.subarray(1)]))).toThrow('version 9');
  expect(() => decodeSegment(bytes.subarray(0, -1))).toThrow('cut off');
  expect(() => decodeSegment(Buffer.concat([bytes, Buffer.from([0])]))).toThrow('longer');
});
