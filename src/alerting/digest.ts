// The daily digest: what opened, closed and is open, and where the running runs will end.
import type { RunSummary } from '../runs/run-reader.js';
import type { Deviation } from './deviation.js';
import { headline } from './headline.js';
import type { Sender } from './notification.js';
import { durationText, wholeNumber } from './number-text.js';
import type { OutboxMessage } from './outbox-message.js';

/** The forecast of a running run's loss at its planned end, as far as there is one. */
export interface RunOutlook {
  run: Pick<RunSummary, 'id' | 'newestStep'>;
  metric: string;
  until: number;
  final: { loss: number; lower: number; upper: number };
}

export interface DigestPart {
  from: number;
  to: number;
  /** What opened or ended in that time, and what is not over. */
  deviations: readonly Deviation[];
  running: number;
  outlooks: readonly RunOutlook[];
}

const MOST_LINES = 15;

/** The parts of data events are told by their event. */
export function digestText({ from, to, deviations, running, outlooks }: DigestPart): {
  headline: string;
  lines: string[];
} {
  const told = deviations.filter(({ eventId }) => eventId === null);
  const within = (time: number | null): boolean => time !== null && time >= from && time < to;
  const open = told.filter(({ status }) => status !== 'resolved');
  const opened = told.filter(({ openedAt }) => within(openedAt));
  const closed = told.filter(({ resolvedAt }) => within(resolvedAt));
  const stateOf = ({ status, acknowledgedBy, openedAt }: Deviation): string =>
    `${status === 'open' ? 'open' : `${status} by ${acknowledgedBy}`} since ${durationText(to - openedAt)}`;
  const endOf = ({ resolvedBy, falseAlarm }: Deviation): string =>
    falseAlarm ? 'false alarm' : resolvedBy === null ? 'by itself' : `by ${resolvedBy}`;
  return {
    headline: `Last ${durationText(to - from)}: ${opened.length} opened, ${closed.length} closed, ${open.length} open; ${running} ${running === 1 ? 'run is' : 'runs are'} running`,
    lines: [
      ...listed(open.map((one) => `Open: ${headline(one)} (${stateOf(one)})`)),
      ...listed(closed.map((one) => `Closed: ${headline(one).replace(/^over: /, '')} (${endOf(one)})`)),
      ...listed(outlooks.map(outlookLine)),
    ],
  };
}

/** One message a channel, the same however many instances write it. */
export function digestMessages(channels: readonly string[], part: DigestPart, { publicUrl }: Sender): OutboxMessage[] {
  const id = `digest/${new Date(part.to).toISOString()}`;
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source: publicUrl,
    type: 'dev.offcurve.digest',
    time: new Date(part.to).toISOString(),
    datacontenttype: 'application/json',
    data: { ...digestText(part), url: publicUrl },
  });
  return [...new Set(channels)].map((channel) => ({
    id: `${channel}/${id}`,
    channel,
    deviationId: id,
    deviationVersion: 1,
    type: 'summary',
    body,
    createdAt: part.to,
  }));
}

function outlookLine({ run, metric, until, final }: RunOutlook): string {
  const width = final.upper - final.lower;
  const places = width > 0 ? Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(width)))) : 3;
  const [at, low, high] = [final.loss, final.lower, final.upper].map((loss) => loss.toFixed(places));
  return `Running: ${run.id} is at step ${wholeNumber(run.newestStep)} of ${wholeNumber(until)}; forecast ${metric} ${at} (${low}–${high}) at its end`;
}

function listed(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : [...lines];
}
