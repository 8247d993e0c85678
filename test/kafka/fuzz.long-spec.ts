// A million messages of every kind of nonsense among good ones: nothing crashes, each good record is kept, all else is set aside.
import fc from 'fast-check';
import { decodePart } from '../../src/inbound/kafka/decode-part.js';
import { type ItemDecoder, metricItem, runItem } from '../../src/inbound/kafka/decode-value.js';
import type { StreamMessage } from '../../src/inbound/kafka/message-stream.js';

jest.setTimeout(900_000);

const MESSAGES_A_BATCH = 100;
const INPUTS = 1_000_000;
const MAX_BYTES = 4_096;

/** A record with numbers as Python writes them, and what of it must come out. */
interface Good {
  run: string;
  step: number;
  text: string;
  metrics: Record<string, number>;
}

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => !/[\p{C}]/u.test(name) && name !== '__proto__');
const numbers = fc.oneof(fc.double(), fc.integer().map(Number), fc.constantFrom(NaN, Infinity, -Infinity, -0, 5e-324));
const pythonNumber = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0.0' : String(value);

const good: fc.Arbitrary<Good> = fc
  .record({
    run: names,
    step: fc.nat(1e9),
    metrics: fc.dictionary(names, numbers, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    spaced: fc.boolean(),
  })
  .map(({ run, step, metrics, spaced }) => {
    const space = spaced ? ' ' : '';
    const fields = Object.entries(metrics).map(
      ([name, value]) => `${JSON.stringify(name)}:${space}${pythonNumber(value)}`,
    );
    const text = `{"run":${space}${JSON.stringify(run)},${space}"step":${space}${step},${space}"metrics":${space}{${fields.join(`,${space}`)}}}`;
    return { run, step, text, metrics };
  });

/** What is done to a sound message: bytes turned, cut, doubled. */
const damaged = fc
  .tuple(
    good,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
    fc.nat(3),
  )
  .map(([{ text }, changes, kind]) => {
    const bytes = Buffer.from(text);
    if (kind === 0) return bytes.subarray(0, changes[0]![0] % bytes.length);
    if (kind === 1) return Buffer.concat([bytes, bytes.subarray(changes[0]![0] % bytes.length)]);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes;
  });

const nonsense: fc.Arbitrary<Buffer | null> = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
  fc.integer({ min: MAX_BYTES + 1, max: MAX_BYTES + 9 }).map((length) => Buffer.alloc(length, '[')),
  fc.nat(2_000).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  damaged,
);

const messageOf = (value: Buffer | null, at: number): StreamMessage => ({
  key: null,
  value,
  offset: String(at),
  timestamp: '1700000000000',
});

/** Decodes all of it, as the consumer does, stretch by stretch. */
function decodeAll(values: (Buffer | null)[], decode: ItemDecoder) {
  const messages = values.map(messageOf);
  const options = { topic: 't', partition: 0, decode, maxBytes: MAX_BYTES, now: 0 };
  const whole = { items: [] as unknown[], dead: new Set<number>() };
  for (let at = 0; at < messages.length;) {
    const part = decodePart(messages, at, options);
    expect(part.end).toBeGreaterThan(at);
    whole.items.push(...part.items);
    for (const { offset, bad } of part.deadLetters) {
      whole.dead.add(Number(offset));
      for (const { rejection } of bad) if (!rejection.reason || !rejection.fix) throw new Error('no reason or no fix');
    }
    at = part.end;
  }
  return whole;
}

it('of the topic of metrics: every good record comes out to the last bit, in order', () => {
  let inputs = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(good, nonsense), { minLength: MESSAGES_A_BATCH, maxLength: MESSAGES_A_BATCH, size: 'max' }),
      (messages) => {
        inputs += messages.length;
        const isGood = (message: unknown): message is Good => message !== null && !Buffer.isBuffer(message);
        const values = messages.map((message) => (isGood(message) ? Buffer.from(message.text) : message));
        const { items, dead } = decodeAll(values, metricItem);
        const records = items.map((item) => (item as { record: Good }).record);
        let from = 0;
        messages.forEach((message, at) => {
          if (!isGood(message)) return;
          if (dead.has(at)) throw new Error(`a good record was set aside: ${message.text}`);
          from =
            records.findIndex(({ run, step }, index) => index >= from && run === message.run && step === message.step) +
            1;
          if (from === 0) throw new Error(`a good record is lost: ${message.text}`);
          const { metrics } = records[from - 1]!;
          for (const [name, value] of Object.entries(message.metrics))
            if (!Object.is(metrics[name], value))
              throw new Error(`${name} came out as ${metrics[name]}: ${message.text}`);
        });
        // What is neither good nor set aside was good by chance: its parts are sound as well.
        for (const { run, step, metrics } of records)
          if (typeof run !== 'string' || !Number.isSafeInteger(step) || step < 0 || typeof metrics !== 'object')
            throw new Error('a record that is none');
      },
    ),
    { numRuns: (0.9 * INPUTS) / MESSAGES_A_BATCH, seed: 20261125, endOnFailure: true },
  );
  expect(inputs).toBeGreaterThanOrEqual(0.9 * INPUTS);
});

it('of the topic of runs: nothing crashes, what comes out names a run', () => {
  fc.assert(
    fc.property(
      fc.array(nonsense, { minLength: MESSAGES_A_BATCH, maxLength: MESSAGES_A_BATCH, size: 'max' }),
      (values) => {
        const { items } = decodeAll(values, runItem);
        for (const item of items)
          if (typeof (item as { announcement: { run: unknown } }).announcement.run !== 'string')
            throw new Error('no run');
      },
    ),
    { numRuns: (0.1 * INPUTS) / MESSAGES_A_BATCH, seed: 20261125, endOnFailure: true },
  );
});
