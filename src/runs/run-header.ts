// What is kept of a run beside its points: identity, counters, metadata, place in the stream.
import type { RunMetadata, RunStatusWord } from './run-announcement.js';

/** How a run stands: what its last status said, or `silent` where it stopped sending without one. */
export type RunStatus = 'announced' | 'running' | 'silent' | EndWord;
/** The last word of a run. */
export type EndWord = Exclude<RunStatusWord, 'started'>;

/** What was counted of a run's records and not stored as points. */
export interface RunCounters {
  repeats: number;
  conflicts: number;
  late: number;
  /** Unknown keys that were ignored, with how often. */
  ignoredKeys: Record<string, number>;
}

/** The rhythm of a run's records by their own time; 0 until known. */
export interface Pace {
  usualMs: number;
  longestMs: number;
}

/** A run as the watch keeps it between batches. */
export interface RunHeader {
  id: string;
  /** Short key of the points' tables; 0 until the run is stored. */
  ref: number;
  /** Compared and set with every commit: two writers cannot both advance a run. */
  version: number;
  status: RunStatus;
  metadata: RunMetadata;
  /** Metric names in the order of PointRow.values. */
  metricNames: string[];
  lastSeq: number;
  /** Newest attempt, 0 before the first record. */
  attempt: number;
  /** Newest step of the newest attempt, -1 before the first record. */
  newestStep: number;
  /** Milliseconds since the epoch: first and newest record by their own time, newest by arrival. */
  firstTime: number | null;
  lastTime: number | null;
  lastArrival: number | null;
  /** How far apart its records usually come, and the longest healthy gap, in milliseconds. */
  pace: Pace;
  /**
   * When a status said that the run ended, as the status came in (Kafka's time or the request's), and what it said. Both
   * are kept where new steps follow, until it is clear that they were not the last ones, overtaken by the status.
   */
  endedAt: number | null;
  endedAs: EndWord | null;
  /** Deviations that opened and closed in the run's history, not yet summed up to anyone. */
  unsentHistory: number;
  counters: RunCounters;
}

/** The header of a run that nothing is known of yet. */
export const freshHeader = (id: string, metricNames: string[]): RunHeader => ({
  id,
  ref: 0,
  version: 0,
  status: 'announced',
  metadata: {},
  metricNames,
  lastSeq: 0,
  attempt: 0,
  newestStep: -1,
  firstTime: null,
  lastTime: null,
  lastArrival: null,
  pace: { usualMs: 0, longestMs: 0 },
  endedAt: null,
  endedAs: null,
  unsentHistory: 0,
  counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
});

/** Whether the last that was heard of a run is that it ended. */
export const hasEnded = ({ status, endedAs }: Pick<RunHeader, 'status' | 'endedAs'>): boolean =>
  endedAs !== null && status === endedAs;
