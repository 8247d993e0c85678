// Whether a change of a deviation is sent, to whom, and why: one pure function.
import type { Deviation } from './deviation.js';
import { type Route, channelsFor, escalationFor } from './route.js';

export type NotificationType = 'opened' | 'updated' | 'resolved';

/** A change of a deviation: by the watch, by a person, or by the clock. */
export interface NotifiedChange {
  type: NotificationType | 'acknowledged' | 'snoozed' | 'false-alarm' | 'snooze-ended' | 'released' | 'escalated';
  deviation: Deviation;
  /** The person's name; absent where nobody asked for it. */
  actor?: string;
}

/** Who is told what, and why: kept with the version that it was decided on. */
export interface NotificationDecision {
  send: { channel: string; type: NotificationType }[];
  reason: string;
  /** Decided anew at this time (ms); null where nothing is held back. */
  heldUntil?: number | null;
}

/**
 * Decides on one change. Channels that were told before hear of every change; channels that match only now (the kind has
 * sharpened, the price has grown, quiet hours are over) are told that it opened.
 */
export function decideNotification(
  change: NotifiedChange,
  routes: readonly Route[],
  now: number,
): NotificationDecision {
  const { deviation, type } = change;
  // Old records on arrival: shown on the page, sent once the run has caught up with the present.
  if (deviation.history) return { send: [], reason: 'history is not news' };
  // A person's word goes to those who know of the deviation, and to nobody else.
  if (change.actor !== undefined) return toThoseTold(deviation, type, `${type} by ${change.actor}`);
  if (type === 'resolved') return toThoseTold(deviation, type, 'it is over: all who were told hear so');
  // Asked to be left alone; what has changed meanwhile is said when the snooze ends.
  if (deviation.status === 'snoozed') return { send: [], reason: 'snoozed' };
  if (type === 'escalated') return escalate(deviation, routes);
  const { channels, reason, heldUntil } = channelsFor(deviation, routes, now);
  const names = new Set([...deviation.told, ...channels]);
  // When quiet hours end, those who know already have heard everything.
  const send = [...names]
    .filter((channel) => type !== 'released' || !deviation.told.includes(channel))
    .map((channel) => ({
      channel,
      type: deviation.told.includes(channel) ? ('updated' as const) : ('opened' as const),
    }));
  return { send, reason: type === 'snooze-ended' ? `the snooze is over; ${reason}` : reason, heldUntil };
}

function escalate(deviation: Deviation, routes: readonly Route[]): NotificationDecision {
  const escalation = escalationFor(deviation, routes);
  if (escalation === null) return { send: [], reason: 'no route escalates it any more' };
  const names = [...new Set([...deviation.told, ...escalation.channels])];
  return {
    send: names.map((channel) => ({ channel, type: deviation.told.includes(channel) ? 'updated' : 'opened' })),
    reason: `nobody acknowledged it within ${escalation.afterMs / 60_000} minutes`,
  };
}

function toThoseTold(deviation: Deviation, type: NotifiedChange['type'], reason: string): NotificationDecision {
  if (deviation.told.length === 0) return { send: [], reason: 'nobody was told of it' };
  const told = type === 'resolved' || deviation.status === 'resolved' ? 'resolved' : 'updated';
  return { send: deviation.told.map((channel) => ({ channel, type: told })), reason };
}
