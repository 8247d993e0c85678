// What the open pages are told of a run, as JSON.
import { deviationJson, timeText } from '../../alerting/deviation-json.js';
import type { DeviationChange } from '../../alerting/deviation.js';
import { nonFiniteWord } from '../../runs/nonfinite.js';
import { plainJson } from '../../runs/plain-json.js';
import type { PointRow } from '../../runs/point-row.js';
import type { RunHeader } from '../../runs/run-header.js';
import type { Standings, StoredForecast } from '../../watch/watch-store.js';

/** A row as a point of the contract: metrics by name, what is not finite as null with its word in `nonfinite`. */
export function pointJson(row: PointRow, names: readonly string[]): Record<string, unknown> {
  const metrics: Record<string, number | null> = {};
  let nonfinite: Record<string, string> | undefined;
  row.values.forEach((value, index) => {
    if (value === null || value === undefined) return;
    const word = nonFiniteWord(value);
    metrics[names[index]!] = word ? null : value;
    if (word) (nonfinite ??= {})[names[index]!] = word;
  });
  const { attempt, step, time, late } = row;
  return { attempt, step, time: timeText(time), late, metrics, ...(nonfinite && { nonfinite }) };
}

/**
 * New points of a run, in the order of judgement. `seq_from` and `seq_to` number them: a page that finds a gap has missed
 * some and reads them anew. A `summary` has the newest point only.
 */
export function pointsJson(
  header: RunHeader,
  rows: readonly PointRow[],
  standings: Standings | null,
  summary: boolean,
): Record<string, unknown> {
  return {
    run: header.id,
    family: header.metadata.family ?? null,
    status: header.status,
    attempt: header.attempt,
    newest_step: header.newestStep,
    seq_from: rows[0]?.seq ?? null,
    seq_to: rows.at(-1)?.seq ?? null,
    summary,
    points: rows.map((row) => pointJson(row, header.metricNames)),
    standings:
      standings && Object.fromEntries(Object.entries(standings).map(([name, part]) => [name, plainJson(part)])),
  };
}

export const forecastJson = (run: string, { metric, attempt, step, forecast }: StoredForecast) => ({
  ...{ run, metric, attempt, step },
  forecast: plainJson(forecast),
});

export const changeJson = ({ type, deviation }: DeviationChange) => ({
  change: type,
  deviation: deviationJson(deviation),
});
