// The port of the watch's store: what one batch changes is committed as a whole, or not at all.
import type { Deviation, DeviationChange } from '../alerting/deviation.js';
import type { OutboxMessage } from '../alerting/outbox-message.js';
import type { FinishedRun } from '../forecast/finished-run.js';
import type { ContextEntry } from '../runs/context-entry.js';
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import type { RunAnnouncement } from '../runs/run-announcement.js';
import type { RunHeader } from '../runs/run-header.js';

/** Where a batch came from; its commit moves the stored offset from `expected` to `next`. */
export interface BatchSource {
  cluster: string;
  topic: string;
  partition: number;
  /** The next offset as stored before this batch, or null where none is stored. */
  expected: bigint | null;
  next: bigint;
}

/** A run as it was last committed: enough to go on exactly where the last writer stopped. */
export interface StoredRun {
  header: RunHeader;
  /** State at `snapshot.seq`; null before the first snapshot. */
  snapshot: { seq: number; state: Uint8Array } | null;
  /** Every row not yet in a segment, by seq: those after the snapshot are judged again, with effects off. */
  openRows: PointRow[];
  /** Context entries behind the snapshot, by seq, and all that name references, which a snapshot does not hold. */
  context: ContextEntry[];
  /** Announcements that wait for their attempt or for the next record. */
  waiting: RunAnnouncement[];
  /** Open, acknowledged and snoozed deviations. */
  deviations: Deviation[];
}

/** Where the rows of a closed stretch lie, in the order of judgement: columns of one length. */
export interface SegmentPlaces {
  seqs: Float64Array;
  steps: Float64Array;
  /** Milliseconds since the epoch. */
  times: Float64Array;
  /** 1 for rows that came late. */
  late: Uint8Array;
}

/** One metric's values of a closed stretch of rows. Metrics that all rows have share their places. */
export interface ClosedSegment {
  attempt: number;
  /** Index in the run's metric dictionary. */
  metric: number;
  places: SegmentPlaces;
  values: Float64Array;
}

/** A knot of the band that was predicted for single points, for drawing the past. */
export interface BandKnot {
  metric: string;
  attempt: number;
  step: number;
  expected: number;
  lower: number;
  upper: number;
}

/** The newest forecast of a metric, as JSON that the page draws. */
export interface StoredForecast {
  metric: string;
  attempt: number;
  step: number;
  forecast: unknown;
}

/** How a run's metrics stand now, for the list of runs, as JSON. */
export type Standings = Record<string, unknown>;

/** What a batch changed of one run. */
export interface RunChange {
  /** As it is after the batch, its `version` the one it was loaded with (0: a new run). The commit sets version + 1. */
  header: RunHeader;
  /** New rows that stay open. Rows that a new attempt took over come in `moved`. */
  rows: PointRow[];
  /** Rows stored earlier as late that a new attempt took over: taken from `fromSeq`, stored again as `row`. */
  moved: { fromSeq: number; row: PointRow }[];
  /** Closed stretches; open rows up to `closedThroughSeq` are removed with them. */
  segments: ClosedSegment[];
  closedThroughSeq: number | null;
  snapshot: { seq: number; state: Uint8Array } | null;
  context: ContextEntry[];
  /** All announcements waiting after the batch, or null where unchanged. */
  waiting: RunAnnouncement[] | null;
  deviations: DeviationChange[];
  knots: BandKnot[];
  forecasts: StoredForecast[];
  standings: Standings | null;
  /** What the run leaves for others to lean on, once it has finished. */
  finished: { metric: string; finished: FinishedRun }[];
}

/** Everything one batch caused. */
export interface BatchChange {
  source: BatchSource | null;
  runs: RunChange[];
  messages: OutboxMessage[];
}

/** `stale`: another writer moved a run or the offset meanwhile; nothing was written, reload and judge again. */
export type CommitResult =
  { status: 'committed'; refs: Map<string, number> } | { status: 'stale'; runs: string[]; offset: boolean };

/** Where the watch keeps what it knows. */
export abstract class WatchStore {
  /** The named runs as last committed; unknown ones are left out. */
  abstract load(runIds: string[]): Promise<StoredRun[]>;
  /** Writes one batch in one transaction, fenced by the offset and by each run's version. */
  abstract commit(change: BatchChange): Promise<CommitResult>;
  /** What is stored of one step of one attempt in closed segments, or null. */
  abstract findClosed(ref: number, attempt: number, step: number): Promise<KnownPoint | null>;
  /** The next offset to read of each partition of a topic, as committed. */
  abstract offsets(cluster: string, topic: string): Promise<Map<number, bigint>>;
}
