// Alertmanager's API v2: a deviation as one alert that fires until it is resolved.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
import { type AlertedDeviation, isDeviation } from '../../../alerting/alert-event.js';
import { plainAlert } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';

export interface AlertmanagerOptions {
  url: string;
  /** Added to every alert, for its routes. */
  labels: Readonly<Record<string, string>>;
  allowPrivate: boolean;
}

/** Without an end an alert resolves itself after resolve_timeout (5 minutes by default); ours lasts until we say so. */
const FIRES_FOR_MS = 30 * 86_400_000;

/**
 * Repeats are harmless: the labels are the alert's identity. Those of the first message stay, whatever the deviation becomes:
 * a data event goes on with the alert of the run that was told of before it, and runs of other families may join it.
 */
export class AlertmanagerChannel extends ChatChannel {
  constructor(
    name: string,
    private readonly options: AlertmanagerOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { data } = alert.event;
    // A summary is no state that could fire and end.
    if (!isDeviation(data)) return { status: 'sent' };
    const place = alert.message.first?.place ?? JSON.stringify(labelsOf(data, this.options.labels));
    await this.json('POST', this.url('/api/v2/alerts'), [alertBody(alert, data, JSON.parse(place) as object)]);
    return { status: 'sent', receipt: { ids: [alert.message.deviationId], place } };
  }

  check(): Promise<string | null> {
    return this.problemOf(this.request({ method: 'GET', url: this.url('/api/v2/status'), body: '' }));
  }

  private readonly url = (path: string): string => `${this.options.url.replace(/\/$/, '')}${path}`;
}

function labelsOf(data: AlertedDeviation, more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...more,
    alertname: 'OffcurveDeviation',
    deviation: data.id,
    ...(data.run === null ? {} : { run: data.run }),
    ...(data.project === null ? {} : { project: data.project }),
    ...(data.family === null ? {} : { family: data.family }),
    metric: data.metric,
  };
}

function alertBody({ text, at }: Alert, data: AlertedDeviation, labels: object): object {
  const starts = Date.parse(data.opened_at);
  const ends = data.resolved_at === null ? at + FIRES_FOR_MS : Math.max(starts, Date.parse(data.resolved_at));
  return {
    labels,
    annotations: {
      summary: text.title,
      description: plainAlert({ ...text, url: null }),
      kind: data.kind,
      status: data.status,
      ...(text.url ? { runbook_url: text.url } : {}),
    },
    startsAt: new Date(starts).toISOString(),
    endsAt: new Date(ends).toISOString(),
    ...(text.url ? { generatorURL: text.url } : {}),
  };
}
