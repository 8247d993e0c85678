// Plays one run file in its own rhythm: hands over each entry when it is due.
import { readRunFile } from '../../inbound/files/run-file.js';
import type { MetricRecord } from '../../runs/metric-record.js';
import type { RunAnnouncement } from '../../runs/run-announcement.js';

export type Played = { kind: 'record'; record: MetricRecord } | { kind: 'announcement'; announcement: RunAnnouncement };

export interface Rhythm {
  /** How many times faster than it was trained; Infinity does not wait at all. */
  speed: number;
  /** `keep` sends times as recorded, `now` moves them to the present. */
  times: 'keep' | 'now';
  /** Distance of records that carry no time. */
  secondsPerPoint: number;
}

export interface PlayerParts {
  clock: () => number;
  wait: (milliseconds: number) => Promise<void>;
  stopped: () => boolean;
  rejected: (path: string, line: number, reason: string) => void;
}

/** Waits shorter than this are saved up: timers are no finer. */
const SHORTEST_WAIT_MS = 5;

/**
 * Yields what is due of a run file, in order. A run's first record is due at once; training time passes `speed` times
 * faster. Lines that cannot be used are reported and left out.
 */
export async function* play(path: string, rhythm: Rhythm, parts: PlayerParts): AsyncGenerator<Played[]> {
  const started = parts.clock();
  let firstTime: number | null = null;
  let trained = 0;
  for await (const entries of readRunFile(path)) {
    let due: Played[] = [];
    for (const entry of entries) {
      if (parts.stopped()) return;
      if (entry.kind === 'rejected') {
        parts.rejected(path, entry.line, entry.rejection.reason);
        continue;
      }
      if (entry.kind === 'announcement') {
        due.push({ kind: 'announcement', announcement: moved(entry.announcement) });
        continue;
      }
      const { time } = entry.record;
      if (time !== null) firstTime ??= time;
      // Times may go back where a run was restarted: the show goes on.
      trained = time !== null ? Math.max(trained, time - firstTime!) : trained + 1000 * rhythm.secondsPerPoint;
      const wait = started + trained / rhythm.speed - parts.clock();
      if (Number.isFinite(rhythm.speed) && wait > SHORTEST_WAIT_MS) {
        if (due.length > 0) yield due;
        due = [];
        await parts.wait(wait);
      }
      due.push({ kind: 'record', record: moved(entry.record) });
    }
    if (due.length > 0) yield due;
  }

  function moved<T extends { time: number | null }>(item: T): T {
    return rhythm.times === 'now'
      ? { ...item, time: started + (Number.isFinite(rhythm.speed) ? trained / rhythm.speed : 0) }
      : item;
  }
}
