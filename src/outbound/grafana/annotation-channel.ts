// Each deviation as an annotation in Grafana: a region from its onset to its end, kept up to date, and removed where it was a false alarm.
import { type AlertedDeviation, alertEventOf, isDeviation } from '../../alerting/alert-event.js';
import type { Channel, SendResult } from '../../alerting/channel.js';
import type { PendingMessage } from '../../alerting/outbox-message.js';
import { escapeHtml } from '../chat/html.js';
import type { AnnotationToWrite, GrafanaClient } from './grafana-client.js';
import { GrafanaError } from './grafana-error.js';

/** On every annotation of ours: what a dashboard's annotation query asks for. */
const TAG = 'offcurve';

/**
 * Repeats are harmless: the deviation's id is a tag, and an annotation that has it is the one to update. One that a person
 * removed in Grafana stays removed.
 */
export class AnnotationChannel implements Channel {
  constructor(
    readonly name: string,
    private readonly grafana: GrafanaClient,
  ) {}

  async send(message: PendingMessage): Promise<SendResult> {
    const { data } = alertEventOf(message.body);
    // A summary is about no stretch of time.
    if (!isDeviation(data)) return { status: 'sent' };
    try {
      const id = await this.write(data, message);
      return id === null ? { status: 'sent' } : { status: 'sent', receipt: { ids: [String(id)] } };
    } catch (error) {
      if (!(error instanceof GrafanaError)) return { status: 'retry', error: String(error), afterMs: null };
      if (!error.retriable) return { status: 'failed', error: error.message };
      return { status: 'retry', error: error.message, afterMs: error.afterMs };
    }
  }

  async check(): Promise<string | null> {
    try {
      await this.grafana.findAnnotations([TAG]);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The id of the annotation, null where there is none (any more). */
  private async write(deviation: AlertedDeviation, { first, createdAt }: PendingMessage): Promise<number | null> {
    const known = first ? Number(first.ids[0]) : ((await this.find(deviation.id)) ?? null);
    if (deviation.false_alarm) {
      if (known !== null) await this.grafana.deleteAnnotation(known);
      return null;
    }
    const parts = annotationOf(deviation, createdAt);
    if (known === null) return this.grafana.createAnnotation(parts);
    await this.grafana.updateAnnotation(known, parts);
    return known;
  }

  private async find(deviation: string): Promise<number | undefined> {
    return (await this.grafana.findAnnotations([TAG, tagOf(deviation)]))[0]?.id;
  }
}

const tagOf = (deviation: string): string => `deviation:${deviation}`;

/** One that is not over yet ends, for now, when the message was written. */
function annotationOf(deviation: AlertedDeviation, writtenAt: number): AnnotationToWrite {
  const { id, run, runs, project, family, metric, kind, status, url } = deviation;
  const time = Date.parse(deviation.started_at ?? deviation.opened_at);
  const end = deviation.resolved_at === null ? writtenAt : Date.parse(deviation.resolved_at);
  // Grafana shows an annotation's text as HTML.
  const link = url === null ? '' : `<br><a href="${escapeHtml(url)}">Open in offcurve</a>`;
  return {
    time,
    timeEnd: Math.max(time, end),
    text: `${escapeHtml(deviation.headline)}${link}`,
    tags: [
      ...[TAG, tagOf(id), kind, status, metric],
      ...(run === null ? runs : [run]).map((name) => `run:${name}`),
      ...(project === null ? [] : [`project:${project}`]),
      ...(family === null ? [] : [`family:${family}`]),
    ],
  };
}
