// Whether a change of a deviation is sent, to whom, and why: one pure function.
import { waitsForCompany } from './company.js';
import type { Deviation } from './deviation.js';
import { type Route, channelsFor, escalationFor } from './route.js';
import { type Silence, silenceFor, silenceReason } from './silence.js';

export type NotificationType = 'opened' | 'updated' | 'resolved';

/** A change of a deviation: by the watch, by a person, or by the clock. */
export interface NotifiedChange {
  type: NotificationType | PersonsChange | ClocksChange;
  deviation: Deviation;
  /** The person's name; absent where nobody asked for it. */
  actor?: string;
}
type PersonsChange = 'acknowledged' | 'snoozed' | 'false-alarm';
/** `joined`: became part of a data event, or a part joined it; `alone`: waited for other runs, and none came;
 * `hinted`: other runs left their curves at the same step before. */
type ClocksChange =
  'snooze-ended' | 'silenced' | 'silence-ended' | 'released' | 'escalated' | 'joined' | 'alone' | 'gathered' | 'hinted';

/** What a decision leans on beside the change. */
export interface DecisionRules {
  routes: readonly Route[];
  silences: readonly Silence[];
}

/** Who is told what, and why: kept with the version that it was decided on. */
export interface NotificationDecision {
  send: { channel: string; type: NotificationType }[];
  reason: string;
  /** Decided anew at these times (ms); absent where nothing is held back. */
  heldUntil?: number | null;
  silencedUntil?: number;
  companyUntil?: number;
}

/**
 * Decides on one change. Channels that were told before hear of every change; channels that match only now (the kind has
 * sharpened, the price has grown, quiet hours are over) are told that it opened. Routes that hear everything hear it now.
 */
export function decideNotification(change: NotifiedChange, rules: DecisionRules, now: number): NotificationDecision {
  const { deviation } = change;
  // Old records on arrival: shown on the page, sent once the run has caught up with the present.
  if (deviation.history) return { send: [], reason: 'history is not news' };
  const everything = channelsOfEverything(rules.routes);
  const told = deviation.told.filter((channel) => !everything.includes(channel));
  const people = decideForPeople({ ...change, deviation: { ...deviation, told } }, rules, now);
  return { ...people, send: [...asTold(everything, change), ...people.send] };
}

/** Channels of routes that hear of every change at once, whatever else holds back. */
export const channelsOfEverything = (routes: readonly Route[]): string[] =>
  routes.filter(({ everything }) => everything).flatMap(({ channels }) => channels);

function decideForPeople(change: NotifiedChange, rules: DecisionRules, now: number): NotificationDecision {
  const { deviation, type } = change;
  const routes = rules.routes.filter(({ everything }) => !everything);
  // One message for one cause: the event speaks for its parts.
  if (deviation.eventId !== null && !(deviation.status === 'resolved' && deviation.told.length > 0))
    return { send: [], reason: `told as part of the data event ${deviation.eventId}` };
  // What is held back stays so; who was told hears it with the next change.
  if (type === 'hinted')
    return { send: [], reason: 'a hint at its cause goes with the next message', ...waits(deviation) };
  // A person's word goes to those who know of the deviation, and to nobody else.
  if (change.actor !== undefined) return toThoseTold(change, `${type} by ${change.actor}`);
  const company = waitsForCompany(change, now);
  if (company !== null) return { send: [], ...company };
  // Whoever was told that it began hears that it is over, also during a silence.
  if (type === 'resolved') return toThoseTold(change, 'it is over: all who were told hear so');
  const silence = silenceFor(deviation, rules.silences, now);
  if (silence !== null) return { send: [], reason: silenceReason(silence), silencedUntil: silence.endsAt };
  // Asked to be left alone; what has changed meanwhile is said when the snooze ends.
  if (deviation.status === 'snoozed') return { send: [], reason: 'snoozed' };
  if (type === 'escalated') return escalate(change, routes);
  const { channels, reason, heldUntil } = channelsFor(deviation, routes, now);
  // When quiet hours end, those who know already have heard everything.
  const names = [...new Set([...deviation.told, ...channels])].filter(
    (channel) => type !== 'released' || !deviation.told.includes(channel),
  );
  return { send: asTold(names, change), reason: `${LEADS[type] ?? ''}${reason}`, heldUntil };
}

const waits = ({ heldUntil, silencedUntil }: Deviation): Partial<NotificationDecision> => ({
  ...{ heldUntil, ...(silencedUntil !== null && { silencedUntil }) },
});

const LEADS: Partial<Record<NotifiedChange['type'], string>> = {
  'snooze-ended': 'the snooze is over; ',
  'silence-ended': 'the silence is over; ',
  alone: 'no other run that reads the same batches left its curve; ',
};

function escalate(change: NotifiedChange, routes: readonly Route[]): NotificationDecision {
  const escalation = escalationFor(change.deviation, routes);
  if (escalation === null) return { send: [], reason: 'no route escalates it any more' };
  const names = [...new Set([...change.deviation.told, ...escalation.channels])];
  return {
    send: asTold(names, change),
    reason: `nobody acknowledged it within ${escalation.afterMs / 60_000} minutes`,
  };
}

function toThoseTold(change: NotifiedChange, reason: string): NotificationDecision {
  const { told } = change.deviation;
  return told.length === 0 ? { send: [], reason: 'nobody was told of it' } : { send: asTold(told, change), reason };
}

/** To each channel what it is for it: the opening, an update, or the end. */
function asTold(channels: readonly string[], { deviation }: NotifiedChange): NotificationDecision['send'] {
  const { told, status } = deviation;
  return channels.map((channel) => ({
    channel,
    type: !told.includes(channel) ? 'opened' : status === 'resolved' ? 'resolved' : 'updated',
  }));
}
