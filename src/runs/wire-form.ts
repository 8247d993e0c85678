// Records and announcements as they go over the wire: what a decoder makes of it is the same again.
import type { MetricRecord } from './metric-record.js';
import { nonFiniteWord } from './nonfinite.js';
import type { RunAnnouncement } from './run-announcement.js';

/** A record as it goes over the wire. Values that are not finite are null, named in `nonfinite`. */
export function wireRecord(record: MetricRecord): Record<string, unknown> {
  const metrics: Record<string, number | null> = {};
  let nonfinite: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(record.metrics)) {
    const word = nonFiniteWord(value);
    metrics[name] = word === undefined ? value : null;
    if (word !== undefined) (nonfinite ??= {})[name] = word;
  }
  return {
    run: record.run,
    step: record.step,
    ...(record.time !== null && { time: record.time / 1000 }),
    ...(record.attempt !== null && { attempt: record.attempt }),
    metrics,
    ...(nonfinite && { nonfinite }),
  };
}

/** An announcement as it goes over the wire. */
export function wireAnnouncement({ run, attempt, status, time, metadata }: RunAnnouncement): Record<string, unknown> {
  return {
    run,
    ...metadata,
    ...(attempt !== null && { attempt }),
    ...(status !== null && { status }),
    ...(time !== null && { time: time / 1000 }),
  };
}
