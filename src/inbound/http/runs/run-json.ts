// A run as the HTTP interface shows it: snake_case, times in RFC 3339, numbers that JSON cannot hold as words beside null.
import { timeText } from '../../../alerting/deviation-json.js';
import { nonFiniteWord } from '../../../runs/nonfinite.js';
import { plainJson } from '../../../runs/plain-json.js';
import type { RunSummary, SeriesPoint } from '../../../runs/run-reader.js';

/** The contract's JSON of a run. `metadata` is as announced; `standings` says how each judged metric stands. */
export function runJson(run: RunSummary): Record<string, unknown> {
  const { metadata, counters, pace } = run;
  return {
    id: run.id,
    name: metadata.name ?? null,
    status: run.status,
    project: metadata.project ?? null,
    family: metadata.family ?? null,
    tags: metadata.tags ?? [],
    metadata,
    metrics: run.metricNames,
    attempt: run.attempt,
    newest_step: run.newestStep,
    records: run.records,
    first_time: timeText(run.firstTime),
    last_time: timeText(run.lastTime),
    last_arrival: timeText(run.lastArrival),
    seconds_per_record: pace.usualMs > 0 ? pace.usualMs / 1000 : null,
    counters: {
      repeats: counters.repeats,
      conflicts: counters.conflicts,
      late: counters.late,
      ignored_keys: counters.ignoredKeys,
    },
    standings: Object.fromEntries(
      Object.entries(run.standings).map(([metric, standing]) => [metric, plainJson(standing)]),
    ),
    open_deviations: run.openDeviations,
  };
}

/** One line of NDJSON; the value to the last bit, the sign of zero included. */
export function pointLine({ attempt, step, time, value }: SeriesPoint): string {
  const word = nonFiniteWord(value);
  const text = word ? `null,"nonfinite":"${word}"` : Object.is(value, -0) ? '-0' : String(value);
  return `{"attempt":${attempt},"step":${step},"time":"${timeText(time)}","value":${text}}\n`;
}
