// What a run's header holds once a record was judged: counters, status, its place in the stream, its rhythm.
import type { Placement } from '../runs/attempt-rules.js';
import type { RunHeader } from '../runs/run-header.js';
import { nextPace } from './pace.js';
import type { RunJudge } from './run-judge.js';

/** The status of an ended run may overtake its last records by this much. */
const LAST_RECORDS_MS = 60_000;

/** @param time of the record, `now` of its arrival, in milliseconds */
export function advanceHeader(
  header: RunHeader,
  { lastSeq, attempt, newestStep }: Pick<RunJudge, 'lastSeq' | 'attempt' | 'newestStep'>,
  placement: Placement,
  time: number,
  now: number,
): void {
  if (placement.kind === 'repeat') header.counters.repeats++;
  else if (placement.kind === 'late') header.counters.late++;
  if (placement.kind === 'conflict' || ('conflict' in placement && placement.conflict)) header.counters.conflicts++;
  header.lastArrival = now;
  if (header.endedAt === null || placement.kind === 'new-attempt' || now - header.endedAt > LAST_RECORDS_MS) {
    header.status = 'running';
    header.endedAt = null;
  }
  header.lastSeq = lastSeq;
  header.attempt = attempt;
  header.newestStep = newestStep;
  header.pace = nextPace(header.pace, header.lastTime, time);
  header.firstTime = Math.min(header.firstTime ?? time, time);
  header.lastTime = Math.max(header.lastTime ?? time, time);
}
