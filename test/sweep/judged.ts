// One of the sweep's recorded runs through its judge, record by record, changed on the way where a test wants it so.
import { join } from 'node:path';
import { settingsFor } from '../../src/core/detection/budget.js';
import type { MonitorEvent } from '../../src/core/detection/monitor-types.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import type { MetricRecord } from '../../src/runs/metric-record.js';
import type { RunMetadata } from '../../src/runs/run-announcement.js';
import { RunJudge } from '../../src/watch/run-judge.js';

const folder = join(__dirname, '../../examples/sweep/runs');
export const sweepFile = (run: string): string => join(folder, `${run}.jsonl.gz`);

export interface RecordedRun {
  records: MetricRecord[];
  metadata: RunMetadata;
}

export async function recorded(file: string): Promise<RecordedRun> {
  const run: RecordedRun = { records: [], metadata: {} };
  for await (const entries of readRunFile(file))
    for (const entry of entries)
      if (entry.kind === 'record') run.records.push(entry.record);
      else if (entry.kind === 'announcement') run.metadata = { ...run.metadata, ...entry.announcement.metadata };
  return run;
}

/** Places before which the judge is thrown away and made again from its snapshot. */
export type Cuts = ReadonlySet<number>;

/** All that is said of a run, its end included. */
export function judged({ records, metadata }: RecordedRun, cuts: Cuts = new Set(), perMillion = 10): MonitorEvent[] {
  const settings = settingsFor(perMillion);
  let judge = RunJudge.fresh(settings);
  const events: MonitorEvent[] = [];
  records.forEach((record, place) => {
    if (cuts.has(place)) judge = RunJudge.restore([...judge.dictionary.names], judge.snapshot(), null, () => settings);
    events.push(...judge.judge(record, record.time ?? 0, null, metadata, () => []).events);
  });
  events.push(...judge.applyContext({ seq: judge.lastSeq + 1, kind: 'end' }));
  return events;
}

/** The run with its records changed. */
export const changed = (run: RecordedRun, change: (record: MetricRecord) => Record<string, number>): RecordedRun => ({
  ...run,
  records: run.records.map((record) => ({ ...record, metrics: { ...record.metrics, ...change(record) } })),
});

export const opened = (events: readonly MonitorEvent[]): MonitorEvent[] =>
  events.filter(({ type }) => type === 'opened');
