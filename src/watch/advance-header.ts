// What a run's header holds once a record was judged: counters, status, its place in the stream, its rhythm.
import type { Placement } from '../runs/attempt-rules.js';
import { type RunHeader, hasEnded } from '../runs/run-header.js';
import { nextPace } from './pace.js';
import type { RunJudge } from './run-judge.js';

/** Behind the status of an ended run its last steps may come within this time; what comes later is a run that goes on. */
export const LAST_RECORDS_MS = 60_000;

/** @param time of the record, `received` as it was sent (Kafka's time or the request's), `now` of its arrival, in milliseconds */
export function advanceHeader(
  header: RunHeader,
  { lastSeq, attempt, newestStep }: Pick<RunJudge, 'lastSeq' | 'attempt' | 'newestStep'>,
  placement: Placement,
  { time, received, now }: { time: number; received: number; now: number },
): void {
  if (placement.kind === 'repeat') header.counters.repeats++;
  else if (placement.kind === 'late') header.counters.late++;
  if (placement.kind === 'conflict' || ('conflict' in placement && placement.conflict)) header.counters.conflicts++;
  header.lastArrival = now;
  if (!hasEnded(header) || goesOn(header, placement, received)) header.status = 'running';
  if (header.endedAt !== null && goesOn(header, placement, received - LAST_RECORDS_MS))
    header.endedAt = header.endedAs = null;
  header.lastSeq = lastSeq;
  header.attempt = attempt;
  header.newestStep = newestStep;
  header.pace = nextPace(header.pace, header.lastTime, time);
  header.firstTime = Math.min(header.firstTime ?? time, time);
  header.lastTime = Math.max(header.lastTime ?? time, time);
}

/** A new step that was sent behind the run's last word. What was sent before it, and is only read later, changes nothing. */
const goesOn = ({ endedAt }: RunHeader, { kind }: Placement, sent: number): boolean =>
  (kind === 'in-order' || kind === 'new-attempt') && sent > (endedAt ?? -Infinity);
