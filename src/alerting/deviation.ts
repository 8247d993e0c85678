// The incident: an interval in which a metric of a run is off its forecast.
import type { DeviationKind } from '../core/detection/deviation-kinds.js';

export type DeviationSide = 'worse' | 'better' | 'both';
export type DeviationStatus = 'open' | 'acknowledged' | 'snoozed' | 'resolved';

/** An estimate with its interval (90 %). */
export interface Estimate {
  value: number;
  lower: number;
  upper: number;
}

/** The extra loss as compute: how far back on its own predicted curve the run now stands. Unknown parts are null. */
export interface Price {
  /** Share of the compute spent so far, 0 to 1. */
  computeShare: Estimate | null;
  tokens: Estimate | null;
  gpuHours: Estimate | null;
  usd: Estimate | null;
}

/** A deviation as it stands at one version of its life. Times are milliseconds since the epoch. */
export interface Deviation {
  /** Derived from run, attempt, metric and opening step, so that live and offline judgement agree. */
  id: string;
  /** Grows by one with each change; notifications are identified by id and version. */
  version: number;
  /** Null for a data-event, which lists its `runs`. */
  run: string | null;
  runs: string[];
  project: string | null;
  family: string | null;
  tags: string[];
  attempt: number;
  metric: string;
  kind: DeviationKind;
  side: DeviationSide;
  status: DeviationStatus;
  openedAt: number;
  /** Estimated time of the onset, from the run's pace; null where that is not known. */
  startedAt: number | null;
  resolvedAt: number | null;
  /** Estimated onset, the step that opened it, and the step of the newest change. */
  startedAtStep: number;
  openedAtStep: number;
  step: number;
  expected: number | null;
  expectedLower: number | null;
  expectedUpper: number | null;
  observed: number | null;
  /** How many predictive deviations off, with its sign. */
  sigma: number | null;
  price: Price;
  evidence: string[];
  advice: string | null;
  outlook: 'recovers' | 'persists' | 'grows' | null;
  acknowledgedBy: string | null;
  snoozedUntil: number | null;
  /** Who ended it by hand; null where it ended by itself. */
  resolvedBy: string | null;
  /** Seen in records that were old on arrival: shown, not sent, until the run has caught up. */
  history: boolean;
  falseAlarm: boolean;
  /** Channels that were told of it: they hear of its changes and its end. */
  told: string[];
  /** Not sent before this time: quiet hours. Null: nothing is held back. */
  heldUntil: number | null;
  /** When it goes to the escalation's channels unless somebody acknowledges it; null where nothing of the kind is due. */
  escalateAt: number | null;
  /** Not sent before this time: a maintenance silence. Null: none holds. */
  silencedUntil: number | null;
  /** What the run says it reads its batches by: runs of one order read the same ones at the same steps. */
  dataOrder: string | null;
  /** Not sent before this time: other runs of the same order may leave their curves, too. Null: it waits for none. */
  companyUntil: number | null;
  /** The data event that it is told as a part of. */
  eventId: string | null;
  /** What other runs did at the step at which it began: the last sentence of its evidence. Null: nothing, as far as is known. */
  elsewhere: string | null;
  /** Of a data event: the kinds of its parts. */
  partKinds: DeviationKind[];
  /** The deviation under which its messages are kept, where they go on with those of another; null: its own. */
  thread: string | null;
}

/** As a deviation begins: nobody has touched it, nothing is due. */
export const UNTOUCHED = {
  ...{ acknowledgedBy: null, snoozedUntil: null, resolvedBy: null, falseAlarm: false },
  ...{ heldUntil: null, escalateAt: null, silencedUntil: null, companyUntil: null },
  ...{ dataOrder: null, eventId: null, thread: null, elsewhere: null },
} satisfies Partial<Deviation>;

/** When the clock must look at a deviation next (ms), or null. */
export function wakeAt(deviation: Deviation): number | null {
  const { status, snoozedUntil, heldUntil, escalateAt, silencedUntil, companyUntil } = deviation;
  // What is over before its wait is told all the same, at the wait's end.
  if (companyUntil !== null) return companyUntil;
  if (status === 'resolved') return null;
  if (status === 'snoozed') return snoozedUntil;
  if (silencedUntil !== null) return silencedUntil;
  const times = [heldUntil, status === 'open' ? escalateAt : null].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** One change of a deviation, written with what caused it. */
export interface DeviationChange {
  type: 'opened' | 'updated' | 'resolved';
  deviation: Deviation;
  /** Who was to be told, and why: as `NotificationDecision`. */
  decision?: { send: { channel: string; type: string }[]; reason: string };
}
