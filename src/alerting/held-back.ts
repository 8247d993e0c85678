// One message in place of many that a channel's rate limit held back.
import { type AlertEvent, alertEventOf, isDeviation } from './alert-event.js';
import { LOUDEST, alertText } from './alert-text.js';
import { durationText } from './number-text.js';
import type { OutboxMessage } from './outbox-message.js';
import type { PaceLimit } from './pace.js';
import { URGENT } from './route.js';

const MOST_LINES = 20;

function loudness(event: AlertEvent): number {
  const { data } = event;
  const kinds = isDeviation(data) && data.status !== 'resolved' ? [data.kind, ...(data.part_kinds ?? [])] : [];
  const isUrgent = URGENT.some((kind) => kinds.includes(kind));
  return isUrgent ? -1 : LOUDEST.indexOf(alertText(event).tone);
}

/** @param bodies of what was held back, at least one; of each deviation its newest line is told, the worst first */
export function heldBackSummary(
  channel: string,
  bodies: readonly string[],
  { most, perMs }: PaceLimit,
  now: number,
): OutboxMessage {
  const events = bodies.map(alertEventOf);
  const newest = new Map<string, AlertEvent>();
  for (const event of events) newest.set(isDeviation(event.data) ? event.data.id : event.id, event);
  const texts = [...newest.values()].sort((a, b) => loudness(a) - loudness(b)).map(alertText);
  const lines = texts.slice(0, MOST_LINES).map(({ title, state }) => (state ? `${title}: ${state}` : title));
  if (texts.length > MOST_LINES) lines.push(`and ${texts.length - MOST_LINES} more`);
  // Whoever is woken by the worst of them must be woken by what stands in its place.
  const tone = LOUDEST.find((one) => one !== 'good' && one !== 'over' && texts.some((text) => text.tone === one));
  const { source } = JSON.parse(bodies[0]!) as { source: string };
  const id = `held/${now}`;
  const headline = `${events.length} messages about ${newest.size} ${newest.size === 1 ? 'deviation' : 'deviations'} held back: this channel takes ${most} in ${durationText(perMs)}`;
  const event = {
    specversion: '1.0',
    id,
    source,
    type: 'dev.offcurve.held-back.summary',
    subject: channel,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: { headline, lines, held: events.map((held) => held.id), tone, url: source },
  };
  return {
    id: `${channel}/${id}`,
    channel,
    deviationId: `${id}/${channel}`,
    deviationVersion: 1,
    type: 'summary',
    body: JSON.stringify(event),
    createdAt: now,
  };
}
