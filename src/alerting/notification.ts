// The body of a notification: a CloudEvents 1.0 document in structured mode, the same for Kafka and webhooks.
import type { Deviation } from './deviation.js';
import type { NotificationType, NotifiedChange } from './decide-notification.js';
import { deviationJson } from './deviation-json.js';
import type { OutboxMessage } from './outbox-message.js';

/** Where links in messages lead, and what names this service to others. */
export interface Sender {
  publicUrl: string;
}

/** A message for one channel, its body fixed for good. */
export function notification(
  channel: string,
  type: NotificationType,
  { type: cause, deviation, actor }: NotifiedChange,
  sender: Sender,
  now: number,
): OutboxMessage {
  const id = `${deviation.id}/${deviation.version}`;
  const event = {
    specversion: '1.0',
    id,
    source: sender.publicUrl,
    type: `dev.offcurve.deviation.${type}`,
    subject: deviation.run ?? deviation.id,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: { ...deviationJson(deviation), change: cause, actor: actor ?? null, url: runLink(sender, deviation) },
  };
  return {
    id: `${channel}/${id}`,
    channel,
    deviationId: deviation.thread ?? deviation.id,
    deviationVersion: deviation.version,
    type,
    body: JSON.stringify(event),
    createdAt: now,
  };
}

/** What happened in a run's history and is over: one summary for each channel. */
export function historySummary(
  channel: string,
  run: string,
  closed: number,
  place: number,
  sender: Sender,
  now: number,
): OutboxMessage {
  const id = `history/${run}/${place}`;
  const event = {
    specversion: '1.0',
    id,
    source: sender.publicUrl,
    type: 'dev.offcurve.history.summary',
    subject: run,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: { run, closed, headline: `${run} caught up: ${closed} deviations opened and closed meanwhile` },
  };
  return {
    id: `${channel}/${id}`,
    channel,
    deviationId: id,
    deviationVersion: 1,
    type: 'summary',
    body: JSON.stringify(event),
    createdAt: now,
  };
}

const runLink = (sender: Sender, deviation: Deviation): string | null =>
  deviation.run === null ? null : `${sender.publicUrl}/runs/${encodeURIComponent(deviation.run)}`;
