// Alertmanager's API v2: a deviation as one alert that fires until it is resolved.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
import { isDeviation } from '../../../alerting/alert-event.js';
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

/** Repeats are harmless: the labels are the alert's identity, and those of a deviation never change. */
export class AlertmanagerChannel extends ChatChannel {
  constructor(
    name: string,
    private readonly options: AlertmanagerOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const body = alertBody(alert, this.options.labels);
    // A summary is no state that could fire and end.
    if (body === null) return { status: 'sent' };
    await this.json('POST', this.url('/api/v2/alerts'), [body]);
    return { status: 'sent' };
  }

  check(): Promise<string | null> {
    return this.problemOf(this.request({ method: 'GET', url: this.url('/api/v2/status'), body: '' }));
  }

  private readonly url = (path: string): string => `${this.options.url.replace(/\/$/, '')}${path}`;
}

function alertBody({ event, text, at }: Alert, more: Readonly<Record<string, string>>): object | null {
  const { data } = event;
  if (!isDeviation(data)) return null;
  const labels: Record<string, string> = {
    ...more,
    alertname: 'OffcurveDeviation',
    deviation: data.id,
    ...(data.run === null ? {} : { run: data.run }),
    ...(data.project === null ? {} : { project: data.project }),
    ...(data.family === null ? {} : { family: data.family }),
    metric: data.metric,
  };
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
