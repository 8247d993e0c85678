// From the bytes of one message to checked records or announcements: the good parts, and what is wrong with the others.
import { isUtf8 } from 'node:buffer';
import { type MetricRecord, decodeMetricRecord } from '../../runs/metric-record.js';
import { parsePythonJson } from '../../runs/python-json.js';
import type { Decoded } from '../../runs/rejection.js';
import { type RunAnnouncement, decodeRunAnnouncement } from '../../runs/run-announcement.js';
import type { IncomingItem } from '../../watch/incoming-batch.js';
import type { BadPart, DeadLetterReason } from './dead-letter.js';

/** Turns one decoded JSON value into an item. */
export type ItemDecoder = (input: unknown, received: number) => Decoded<IncomingItem>;

export const metricItem: ItemDecoder = (input, received) => {
  const decoded = decodeMetricRecord(input);
  return decoded.ok ? good(recordItem(decoded.value, received, decoded.ignored)) : decoded;
};

export const runItem: ItemDecoder = (input, received) => {
  const decoded = decodeRunAnnouncement(input);
  return decoded.ok ? good(announcementItem(decoded.value, received, decoded.ignored)) : decoded;
};

const REPLACEMENT = '\ufffd';
const NOTHING: readonly string[] = [];
const good = (value: IncomingItem): Decoded<IncomingItem> => ({ ok: true, value, ignored: NOTHING });
const recordItem = (record: MetricRecord, received: number, ignored: readonly string[]): IncomingItem => ({
  kind: 'record',
  record,
  received,
  ignored,
});
const announcementItem = (
  announcement: RunAnnouncement,
  received: number,
  ignored: readonly string[],
): IncomingItem => ({
  kind: 'announcement',
  announcement,
  received,
  ignored,
});

/**
 * Decodes the value of one message, one item or an array of them. Good parts are appended to `items`.
 *
 * @param received Kafka's time of the message in milliseconds, for records without a time
 * @returns what could not be used, or null where all could
 */
export function decodeValue(
  value: Buffer | null,
  received: number,
  decode: ItemDecoder,
  maxBytes: number,
  items: IncomingItem[],
): BadPart[] | null {
  if (value === null)
    return whole('tombstone', 'the message has no value', 'send a record; deleting by tombstone is not known here');
  if (value.length === 0) return whole('empty', 'the value is empty', 'send a record as JSON');
  if (value.length > maxBytes)
    return whole(
      'too-large',
      `${value.length} bytes, the limit is ${maxBytes}`,
      'send fewer records a message, or raise KAFKA_MAX_MESSAGE_BYTES',
    );
  const text = value.toString();
  // Bytes that are not UTF-8 leave a replacement character behind; where there is none they need not be looked at again.
  if (text.includes(REPLACEMENT) && !isUtf8(value))
    return whole('not-utf8', 'the value is not UTF-8', 'encode the JSON in UTF-8');
  let parsed: unknown;
  try {
    parsed = parsePythonJson(text);
  } catch (error) {
    return whole('not-json', `the value is not JSON: ${(error as Error).message}`, 'send JSON as json.dumps writes it');
  }
  if (Array.isArray(parsed)) return decodeAll(parsed, received, decode, items);
  const decoded = decode(parsed, received);
  if (!decoded.ok) return [{ index: null, kind: 'invalid', rejection: decoded.rejection }];
  items.push(decoded.value);
  return null;
}

function decodeAll(
  parts: readonly unknown[],
  received: number,
  decode: ItemDecoder,
  items: IncomingItem[],
): BadPart[] | null {
  if (parts.length === 0) return whole('empty', 'the array has no records', 'send at least one');
  let bad: BadPart[] | null = null;
  for (let index = 0; index < parts.length; index++) {
    const decoded = decode(parts[index], received);
    if (decoded.ok) items.push(decoded.value);
    else (bad ??= []).push({ index, kind: 'invalid', rejection: decoded.rejection });
  }
  return bad;
}

const whole = (kind: DeadLetterReason, reason: string, fix: string): BadPart[] => [
  { index: null, kind, rejection: { field: '', reason, fix } },
];
