// Reads what the live connection brings: whatever is not of the shape expected is left to the next reading.
import type { Deviation, Run } from './shapes.js';

type Json = Record<string, unknown>;

const objectOf = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

/** The run that news speaks of. */
export function runIdOf(payload: unknown): string | null {
  const run = objectOf(payload)?.run;
  return typeof run === 'string' ? run : null;
}

/** How a run stands after its newest points, where the news says so. */
export function runOfNews(payload: unknown): { id: string | null; change: Partial<Run> | null } {
  const news = objectOf(payload);
  const id = runIdOf(payload);
  if (news === null || id === null) return { id: null, change: null };
  const standings = objectOf(news.standings);
  if (typeof news.newest_step !== 'number') return { id, change: null };
  const change: Partial<Run> = { newest_step: news.newest_step };
  if (standings !== null) change.standings = standings as unknown as Run['standings'];
  if (typeof news.attempt === 'number') change.attempt = news.attempt;
  if (typeof news.status === 'string') change.status = news.status as Run['status'];
  if (Array.isArray(news.points) && news.points.length > 0) {
    change.last_arrival = new Date().toISOString();
    const time = objectOf(news.points.at(-1))?.time;
    if (typeof time === 'string') change.last_time = time;
  }
  return { id, change };
}

/** The deviation that news brings, as it now stands. */
export function deviationOfNews(payload: unknown): Deviation | null {
  const news = objectOf(payload);
  const inner = objectOf(news?.deviation) ?? news;
  return typeof inner?.id === 'string' && typeof inner.status === 'string' ? (inner as unknown as Deviation) : null;
}
