// ntfy: a push message with the picture by a signed link and buttons that act. https://docs.ntfy.sh/publish/
import { type AlertTone, plainAlert } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';

export interface NtfyOptions {
  server: string;
  topic: string;
  token: string | null;
  allowPrivate: boolean;
}

/** https://docs.ntfy.sh/config/#message-limits: a longer message becomes an attachment. */
export const LARGEST_MESSAGE_BYTES = 4_096;
/** https://docs.ntfy.sh/publish/#action-buttons */
export const MOST_ACTIONS = 3;

/** https://docs.ntfy.sh/publish/#message-priority: 5 rings until seen. */
const PRIORITIES: Readonly<Record<AlertTone, number>> = { bad: 5, warning: 4, good: 3, over: 2, neutral: 2 };
const TAGS: Readonly<Record<AlertTone, string>> = {
  bad: 'rotating_light',
  warning: 'warning',
  good: 'chart_with_downwards_trend',
  over: 'heavy_check_mark',
  neutral: 'memo',
};

/** https://docs.ntfy.sh/publish/#send-http-request: the phone itself posts what the button of the confirmation would. */
const PRESS = {
  ...{ action: 'http', method: 'POST', body: 'name=ntfy', clear: true },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};

export class NtfyChannel extends ChatChannel {
  /** https://docs.ntfy.sh/config/#rate-limiting: 60 requests at once, then one every 5 seconds. */
  readonly limits = [{ most: 60, perMs: 300_000 }];

  constructor(
    name: string,
    private readonly options: NtfyOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  /** Published as JSON to the server's root. A push cannot be edited: each change is one of its own. */
  protected async deliver({ text, deviation, at }: Alert): Promise<SendResult> {
    const { server, topic, token } = this.options;
    const { links } = this.tools;
    const chart = deviation && links.chart(deviation.id, 'light', deviation.version, at);
    const asked = { acknowledge: 'Acknowledge', 'snooze-8h': 'Snooze 8 h', resolve: 'Resolve' };
    const actions = Object.entries(deviation && text.open ? asked : {}).flatMap(([action, label]) => {
      const url = links.handle(deviation!.id, action, at);
      return url ? [{ ...PRESS, label, url }] : [];
    });
    // A fourth button is refused; as text it opens the page that asks first.
    const falseAlarm = deviation && text.open ? links.handle(deviation.id, 'false-alarm', at) : null;
    const more = falseAlarm === null ? '' : `\nFalse alarm: ${falseAlarm}`;
    const plain = plainAlert({ ...text, title: text.state ?? '', state: null, url: null }).trim() || text.title;
    const body = {
      topic,
      title: text.title,
      message: `${cutBytes(plain, LARGEST_MESSAGE_BYTES - Buffer.byteLength(more))}${more}`,
      priority: PRIORITIES[text.tone],
      tags: [TAGS[text.tone]],
      ...(text.url ? { click: text.url } : {}),
      ...(chart ? { attach: chart, filename: 'curve.png' } : {}),
      ...(actions.length > 0 ? { actions: actions.slice(0, MOST_ACTIONS) } : {}),
    };
    await this.json('POST', server, body, token === null ? {} : { authorization: `Bearer ${token}` });
    return { status: 'sent' };
  }

  check(): Promise<string | null> {
    return this.problemOf(
      this.request({ method: 'GET', url: `${this.options.server.replace(/\/$/, '')}/v1/health`, body: '' }),
    );
  }
}

function cutBytes(text: string, most: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > most - 3) cut = cut.slice(0, Math.floor(cut.length * 0.95));
  return cut === text ? text : `${cut.toWellFormed()}…`;
}
