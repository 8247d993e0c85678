// From the changes of a batch to the messages that are written with it.
import { type NotifiedChange, decideNotification } from './decide-notification.js';
import { type Sender, historySummary, notification } from './notification.js';
import type { OutboxMessage } from './outbox-message.js';
import type { Route } from './route.js';

/** Routes and the sender's name: what notifying leans on. */
export class AlertPolicy {
  constructor(
    readonly routes: readonly Route[],
    readonly sender: Sender,
  ) {}
}

/** The messages for a change. `deviation.told` is brought up to date in place: it is written in the same commit. */
export function messagesFor(change: NotifiedChange, policy: AlertPolicy, now: number): OutboxMessage[] {
  const { deviation } = change;
  const { send } = decideNotification(change, policy.routes);
  deviation.told = [...new Set([...deviation.told, ...send.map(({ channel }) => channel)])];
  return send.map(({ channel, type }) => notification(channel, type, change, policy.sender, now));
}

/** One summary a channel for deviations that opened and closed in a run's history. */
export function summariesFor(
  run: string,
  closed: number,
  place: number,
  policy: AlertPolicy,
  now: number,
): OutboxMessage[] {
  if (closed === 0) return [];
  const channels = new Set(policy.routes.flatMap((route) => route.channels));
  return [...channels].map((channel) => historySummary(channel, run, closed, place, policy.sender, now));
}
