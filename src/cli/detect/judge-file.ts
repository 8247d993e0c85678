// One run file through a run's monitor, row by row.
import { RunMonitor } from '../../core/detection/run-monitor.js';
import type { MonitorEvent, MonitorSettings } from '../../core/detection/monitor-types.js';
import { readRunFile, runNameOf } from '../../inbound/files/run-file.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { Schedule } from '../../runs/schedule.js';
import { monitorPlan } from '../../watch/monitor-plan.js';

/** An event of a run, with the run's name. */
export interface FileEvent {
  run: string;
  event: MonitorEvent;
}

export interface FileSummary {
  run: string;
  records: number;
  judgedValues: number;
  rejected: number;
  firstProblem: string | null;
}

/** Judges one file; `found` is called for each event in order. Memory does not grow with the file. */
export async function judgeFile(
  file: string,
  settings: MonitorSettings,
  schedule: Schedule | null,
  found: (event: FileEvent) => void,
): Promise<FileSummary> {
  const monitor = new RunMonitor(settings);
  let metadata: RunMetadata = schedule ? { schedule } : {};
  if (schedule) monitor.plan(monitorPlan(metadata));
  const summary: FileSummary = { run: runNameOf(file), records: 0, judgedValues: 0, rejected: 0, firstProblem: null };
  let attempt = 1;
  let newest = -1;
  const tell = (events: MonitorEvent[]): void => {
    for (const event of events) found({ run: summary.run, event });
  };
  for await (const entries of readRunFile(file)) {
    for (const entry of entries) {
      if (entry.kind === 'rejected') {
        const { field, reason } = entry.rejection;
        summary.firstProblem ??= `line ${entry.line}: ${field ? `${field}: ` : ''}${reason}`;
        summary.rejected++;
      } else if (entry.kind === 'announcement') {
        summary.run = entry.announcement.run;
        metadata = { ...metadata, ...entry.announcement.metadata, ...(schedule ? { schedule } : {}) };
        monitor.plan(monitorPlan(metadata));
      } else {
        const { record } = entry;
        summary.records++;
        if (summary.records === 1) summary.run = record.run;
        const asked = record.attempt ?? (record.step < newest ? attempt + 1 : attempt);
        if (asked > attempt || (newest < 0 && asked !== 1)) monitor.beginAttempt((attempt = asked), record.step);
        newest = record.step;
        tell(monitor.observe({ step: record.step, values: record.metrics }));
      }
    }
  }
  tell(monitor.end());
  summary.judgedValues = monitor.metrics.length;
  return summary;
}
