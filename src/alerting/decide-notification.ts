// Whether a change of a deviation is sent, to whom, and why: one pure function.
import type { Deviation } from './deviation.js';
import { type Route, channelsFor } from './route.js';

export type NotificationType = 'opened' | 'updated' | 'resolved';

/** A change of a deviation, by the watch or by a person. */
export interface NotifiedChange {
  type: 'opened' | 'updated' | 'resolved' | 'acknowledged' | 'snoozed' | 'false-alarm';
  deviation: Deviation;
  /** The person's name; absent where the watch made the change. */
  actor?: string;
}

export interface NotificationDecision {
  send: { channel: string; type: NotificationType }[];
  reason: string;
}

/**
 * Decides on one change. Channels that were told before hear of every change; channels that match only now (the kind has
 * sharpened, the price has grown) are told that it opened.
 */
export function decideNotification(change: NotifiedChange, routes: readonly Route[]): NotificationDecision {
  const { deviation, type } = change;
  // Old records on arrival: shown on the page, sent once the run has caught up with the present.
  if (deviation.history) return { send: [], reason: 'history is not news' };
  // A person's word goes to those who know of the deviation, and to nobody else.
  if (change.actor !== undefined) return toThoseTold(deviation, type, `${type} by ${change.actor}`);
  if (type === 'resolved') return toThoseTold(deviation, type, 'it is over: all who were told hear so');
  // Asked to be left alone; what has changed meanwhile is said when the snooze ends.
  if (deviation.status === 'snoozed') return { send: [], reason: 'snoozed' };
  const { channels, reason } = channelsFor(deviation, routes);
  const names = new Set([...deviation.told, ...channels]);
  const send = [...names].map((channel) => ({
    channel,
    type: deviation.told.includes(channel) ? ('updated' as const) : ('opened' as const),
  }));
  return { send, reason };
}

function toThoseTold(deviation: Deviation, type: NotifiedChange['type'], reason: string): NotificationDecision {
  if (deviation.told.length === 0) return { send: [], reason: 'nobody was told of it' };
  const told = type === 'resolved' || deviation.status === 'resolved' ? 'resolved' : 'updated';
  return { send: deviation.told.map((channel) => ({ channel, type: told })), reason };
}
