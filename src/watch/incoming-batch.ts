// What enters the watch: checked records and announcements, in order, with where they came from.
import type { MetricRecord } from '../runs/metric-record.js';
import type { RunAnnouncement } from '../runs/run-announcement.js';
import type { BatchSource } from './watch-store.js';

/** One checked piece of input. `received` is Kafka's time or the arrival, in milliseconds, for records without a time. */
export type IncomingItem =
  | { kind: 'record'; record: MetricRecord; received: number; ignored: readonly string[] }
  | { kind: 'announcement'; announcement: RunAnnouncement; received: number; ignored: readonly string[] };

/** A batch is judged and committed as a whole. `source` is null for what comes over HTTP without Kafka. */
export interface IncomingBatch {
  /** One id through all log lines that this batch causes. */
  id: string;
  source: BatchSource | null;
  items: IncomingItem[];
}
