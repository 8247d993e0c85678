// What could not be read of a message, and why, as the dead-letter topic will say it.
import type { Rejection } from '../../runs/rejection.js';

/** What is wrong in a word, for counting. */
export type DeadLetterReason = 'tombstone' | 'empty' | 'too-large' | 'not-utf8' | 'not-json' | 'invalid';

/** One part of a message that could not be used; `index` is its place in the message's array, null for the whole. */
export interface BadPart {
  index: number | null;
  kind: DeadLetterReason;
  rejection: Rejection;
}

/** A message of which something could not be used. */
export interface DeadLetter {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  /** The original bytes; null for a tombstone. */
  value: Buffer | null;
  bad: BadPart[];
}
