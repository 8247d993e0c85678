// PagerDuty's Events API v2: a deviation is one alert, triggered, acknowledged and resolved under one key.
// https://developer.pagerduty.com/docs/events-api-v2-overview
import { type AlertedDeviation, isDeviation } from '../../../alerting/alert-event.js';
import { type AlertTone, plainAlert } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { defused } from '../defuse.js';
import { type Alert, ChatChannel, type ChatTools, cut } from '../chat-channel.js';

export interface PagerDutyOptions {
  routingKey: string;
  /** https://events.pagerduty.com, or https://events.eu.pagerduty.com in its European region. */
  apiUrl: string;
  allowPrivate: boolean;
}

/** https://developer.pagerduty.com/docs/send-alert-event */
export const LONGEST_SUMMARY = 1_024;
export const LONGEST_KEY = 255;
/** An event is 512 KB at most. */
const LONGEST_DETAILS = 20_000;

const SEVERITIES: Readonly<Record<AlertTone, 'critical' | 'error' | 'warning' | 'info'>> = {
  bad: 'critical',
  warning: 'warning',
  good: 'info',
  over: 'info',
  neutral: 'info',
};

/**
 * Deduplicates by the deviation under which the messages are kept: a repeat changes nothing, and a data event goes on with the
 * alert of the run that was told of before it.
 */
export class PagerDutyChannel extends ChatChannel {
  /**
   * A careful guess. https://developer.pagerduty.com/docs/events-api-v2-overview names no figure and says that limits adapt;
   * https://community.pagerduty.com/forum/t/monitoring-api-rate-limiting/3318, by PagerDuty's staff: 120 events a minute for
   * an integration key.
   */
  readonly limits = [{ most: 120, perMs: 60_000 }];

  constructor(
    name: string,
    private readonly options: PagerDutyOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { data } = alert.event;
    // A summary is nothing to wake somebody for.
    if (!isDeviation(data)) return { status: 'sent' };
    const { first, deviationId } = alert.message;
    const key = cut(first?.place ?? deviationId, LONGEST_KEY);
    await this.json('POST', `${this.options.apiUrl}/v2/enqueue`, this.body(alert, data, key));
    return { status: 'sent', receipt: { ids: [key], place: key } };
  }

  private body({ text, at }: Alert, data: AlertedDeviation, key: string): object {
    const common = { routing_key: this.options.routingKey, dedup_key: key };
    if (data.status === 'resolved') return { ...common, event_action: 'resolve' };
    if (data.status === 'acknowledged' && data.change === 'acknowledged')
      return { ...common, event_action: 'acknowledge' };
    const chart = this.tools.links.chart(data.id, 'light', data.version, at);
    return {
      ...common,
      event_action: 'trigger',
      payload: {
        summary: cut(text.title, LONGEST_SUMMARY),
        // PagerDuty passes these on to chats of its own.
        source: defused(data.run ?? data.runs[0] ?? 'offcurve'),
        severity: SEVERITIES[text.tone],
        timestamp: data.opened_at,
        component: data.metric,
        group: data.project === null ? undefined : defused(data.project),
        class: data.kind,
        custom_details: { text: cut(plainAlert(text), LONGEST_DETAILS) },
      },
      client: 'offcurve',
      ...(text.url ? { client_url: text.url, links: [{ href: text.url, text: 'open the run' }] } : {}),
      // Pictures are taken by HTTPS only, and another address refuses the whole event.
      ...(chart?.startsWith('https:') ? { images: [{ src: chart, alt: 'The curve with its predicted band' }] } : {}),
    };
  }
}
