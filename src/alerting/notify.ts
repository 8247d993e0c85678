// From the changes of a batch to the messages that are written with it.
import {
  type NotificationDecision,
  type NotifiedChange,
  channelsOfEverything,
  decideNotification,
} from './decide-notification.js';
import { type Sender, historySummary, notification } from './notification.js';
import type { OutboxMessage } from './outbox-message.js';
import { type Route, escalationFor } from './route.js';
import type { Silence } from './silence.js';

/** Routes, silences and the sender's name: what notifying leans on. */
export class AlertPolicy {
  constructor(
    readonly routes: readonly Route[],
    readonly sender: Sender,
    /** Those that hold now, as they are when it is asked for. */
    private readonly quiet: { readonly current: readonly Silence[] } = { current: [] },
  ) {}

  get silences(): readonly Silence[] {
    return this.quiet.current;
  }
}

/**
 * The decision on a change, and its messages. What the deviation keeps of it (who was told, what is held back, when it
 * escalates) is brought up to date in place: it is written in the same commit.
 */
export function decideAndWrite(
  change: NotifiedChange,
  policy: AlertPolicy,
  now: number,
): { decision: NotificationDecision; messages: OutboxMessage[] } {
  const { deviation } = change;
  const decision = decideNotification(change, policy, now);
  const { send, heldUntil = null, silencedUntil = null, companyUntil = null } = decision;
  const everything = channelsOfEverything(policy.routes);
  const isPerson = (channel: string): boolean => !everything.includes(channel);
  const before = deviation.told;
  const isNews = send.some(({ channel }) => isPerson(channel) && !before.includes(channel));
  deviation.told = [...new Set([...deviation.told, ...send.map(({ channel }) => channel)])];
  deviation.companyUntil = companyUntil;
  if (deviation.status !== 'resolved') deviation.silencedUntil = silencedUntil;
  if (deviation.status === 'open') {
    deviation.heldUntil = heldUntil;
    // Whoever snoozed it has acknowledged nothing: when it comes back somebody has as long again.
    const again = change.type === 'snooze-ended';
    const escalation =
      again || (isNews && deviation.escalateAt === null) ? escalationFor(deviation, policy.routes, now) : null;
    // A kind that sharpens, a price that grows or the end of quiet hours may bring a route that escalates where none did.
    const isFirst = !before.some(isPerson);
    const isOut = escalation?.channels.every((channel) => deviation.told.includes(channel)) ?? true;
    if (escalation !== null && (again || isFirst || !isOut)) deviation.escalateAt = now + escalation.afterMs;
  }
  const messages = send.map(({ channel, type }) => notification(channel, type, change, policy.sender, now));
  return { decision, messages };
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
