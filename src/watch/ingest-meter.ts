// The port for counting what the watch takes in.

import type { DeviationChange } from '../alerting/deviation.js';

/** What a committed batch caused, by its id: the thread from what came in to what went out. */
export interface BatchTrace {
  id: string;
  deviations: readonly DeviationChange[];
  /** Ids of the messages that were queued with it. */
  messages: readonly string[];
}

/** Counts and times of the way in; never throws. */
export abstract class IngestMeter {
  /** A committed batch: its records and announcements, and how long judging and committing took. */
  abstract batch(items: number, milliseconds: number, trace: BatchTrace): void;
  /** A message, or a part of one, that went to the dead-letter topic. */
  abstract deadLetter(reason: string): void;
  /** How many messages of a partition wait to be read. */
  abstract lag(topic: string, partition: number, messages: number): void;
  /** Messages that Kafka no longer had when they were to be read. */
  abstract gap(topic: string, partition: number, messages: number): void;
}
