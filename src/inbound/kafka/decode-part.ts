// One stretch of a batch, decoded: what goes to the watch and what to the dead-letter topic.
import type { IncomingItem } from '../../watch/incoming-batch.js';
import type { DeadLetter } from './dead-letter.js';
import { type ItemDecoder, decodeValue } from './decode-value.js';
import type { StreamMessage } from './message-stream.js';

/** A stretch is committed as a whole: larger ones make fewer, longer transactions. */
export const MOST_ITEMS = 10_000;

export interface DecodedPart {
  items: IncomingItem[];
  deadLetters: DeadLetter[];
  /** Index of the first message behind the stretch. */
  end: number;
}

export interface DecodeOptions {
  topic: string;
  partition: number;
  decode: ItemDecoder;
  maxBytes: number;
  /** For messages that carry no time, in milliseconds. */
  now: number;
}

/** Decodes from `start` until there are enough items, or no more messages. */
export function decodePart(messages: readonly StreamMessage[], start: number, options: DecodeOptions): DecodedPart {
  const { topic, partition, decode, maxBytes, now } = options;
  const items: IncomingItem[] = [];
  const deadLetters: DeadLetter[] = [];
  let end = start;
  for (; end < messages.length && items.length + deadLetters.length < MOST_ITEMS; end++) {
    const { key, value, offset, timestamp } = messages[end]!;
    const sent = Number(timestamp);
    const bad = decodeValue(value, sent >= 0 ? sent : now, decode, maxBytes, items);
    if (bad) deadLetters.push({ topic, partition, offset, key, value, bad });
  }
  return { items, deadLetters, end };
}
