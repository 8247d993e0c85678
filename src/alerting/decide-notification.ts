// Whether a change of a deviation is sent, to whom, and why: one pure function.
import type { Deviation, DeviationChange } from './deviation.js';
import { type Route, channelsFor } from './route.js';

export type NotificationType = 'opened' | 'updated' | 'resolved';

export interface NotificationDecision {
  send: { channel: string; type: NotificationType }[];
  reason: string;
}

/**
 * Decides on one change. Channels that were told before hear of every change; channels that match only now (the kind has
 * sharpened, the price has grown) are told that it opened.
 */
export function decideNotification(change: DeviationChange, routes: readonly Route[]): NotificationDecision {
  const { deviation, type } = change;
  // Old records on arrival: shown on the page, sent once the run has caught up with the present.
  if (deviation.history) return { send: [], reason: 'history is not news' };
  if (type === 'resolved') return decideEnd(deviation);
  const { channels, reason } = channelsFor(deviation, routes);
  const names = new Set([...deviation.told, ...channels]);
  const send = [...names].map((channel) => ({
    channel,
    type: deviation.told.includes(channel) ? ('updated' as const) : ('opened' as const),
  }));
  return { send, reason };
}

function decideEnd(deviation: Deviation): NotificationDecision {
  if (deviation.told.length === 0) return { send: [], reason: 'nobody was told of it' };
  const send = deviation.told.map((channel) => ({ channel, type: 'resolved' as const }));
  return { send, reason: 'it is over: all who were told hear so' };
}
