// A run's header as the columns of its row, and back.
import type { RunAnnouncement, RunMetadata } from '../../runs/run-announcement.js';
import type { EndWord, RunCounters, RunHeader, RunStatus } from '../../runs/run-header.js';
import type { RunChange, StoredRun } from '../../watch/watch-store.js';
import { fromJson, toJsonText } from './exact-json.js';

/**
 * Columns that every commit sets, with their types, as json_to_recordset reads them; columns of JSON come as text in it,
 * since it takes escapes apart and refuses some (\u0000, half a surrogate pair) that unknown keys may hold.
 */
export const RUN_COLUMNS = {
  status: 'text',
  name: 'text',
  project: 'text',
  family: 'text',
  tags: 'text[]',
  metadata: 'json',
  metric_names: 'text[]',
  last_seq: 'int',
  records: 'int',
  attempt: 'int',
  newest_step: 'bigint',
  first_time: 'float8',
  last_time: 'float8',
  last_arrival: 'float8',
  usual_pace_ms: 'float8',
  longest_pace_ms: 'float8',
  ended_at: 'float8',
  ended_as: 'text',
  unsent_history: 'int',
  counters: 'json',
  standings: 'json',
  waiting: 'json',
} as const;

/** The columns from a change. `records` are those stored before it; what the change leaves as it was is null. */
export function runColumns(change: RunChange, before: { lastSeq: number; records: number }) {
  const { header, moved, standings, waiting } = change;
  const { metadata, pace } = header;
  return {
    status: header.status,
    ...metadataColumns(metadata),
    metric_names: header.metricNames,
    last_seq: header.lastSeq,
    // A moved row takes a new number, but is the same record.
    records: before.records + header.lastSeq - before.lastSeq - moved.length,
    attempt: header.attempt,
    newest_step: header.newestStep,
    first_time: header.firstTime,
    last_time: header.lastTime,
    last_arrival: header.lastArrival,
    usual_pace_ms: pace.usualMs,
    longest_pace_ms: pace.longestMs,
    ended_at: header.endedAt,
    ended_as: header.endedAs,
    unsent_history: header.unsentHistory,
    counters: toJsonText(header.counters),
    standings: standings === null ? null : toJsonText(standings),
    waiting: waiting === null ? null : toJsonText(waiting),
  };
}

/** What lists filter by lies beside the metadata itself. */
export function metadataColumns(metadata: RunMetadata) {
  return {
    name: metadata.name ?? null,
    project: metadata.project ?? null,
    family: metadata.family ?? null,
    tags: metadata.tags ?? [],
    metadata: toJsonText(metadata),
  };
}

/** A row as `select` gives it; steps as float8, which holds every safe integer. */
export interface RunRow {
  ref: number;
  id: string;
  version: number;
  status: string;
  metadata: unknown;
  metric_names: string[];
  last_seq: number;
  attempt: number;
  newest_step: number;
  first_time: number | null;
  last_time: number | null;
  last_arrival: number | null;
  usual_pace_ms: number;
  longest_pace_ms: number;
  ended_at: number | null;
  ended_as: string | null;
  unsent_history: number;
  counters: unknown;
  waiting: unknown;
}

export const RUN_ROW = `ref, id, version, status, metadata, metric_names, last_seq, attempt,
  newest_step::float8 as newest_step, first_time, last_time, last_arrival, usual_pace_ms, longest_pace_ms, ended_at, ended_as,
  unsent_history, counters, waiting`;

export function headerOf(row: RunRow): RunHeader {
  return {
    id: row.id,
    ref: row.ref,
    version: row.version,
    status: row.status as RunStatus,
    metadata: fromJson(row.metadata) as RunMetadata,
    metricNames: row.metric_names,
    lastSeq: row.last_seq,
    attempt: row.attempt,
    newestStep: row.newest_step,
    firstTime: row.first_time,
    lastTime: row.last_time,
    lastArrival: row.last_arrival,
    pace: { usualMs: row.usual_pace_ms, longestMs: row.longest_pace_ms },
    endedAt: row.ended_at,
    endedAs: row.ended_as as EndWord | null,
    unsentHistory: row.unsent_history,
    counters: row.counters as RunCounters,
  };
}

export function storedRun(row: RunRow): StoredRun {
  const waiting = fromJson(row.waiting) as RunAnnouncement[];
  return { header: headerOf(row), snapshot: null, openRows: [], context: [], waiting, deviations: [] };
}
