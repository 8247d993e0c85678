// Slack's Web API: a message with buttons, edited as it changes, replies and the picture in its thread.
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, BusyError, ChatChannel, type ChatTools, RefusedError } from '../chat-channel.js';
import { slackMessage, slackReply } from './slack-blocks.js';

export interface SlackOptions {
  token: string;
  /** Its id or `#name`. */
  channel: string;
  /** https://slack.com/api unless a proxy stands in between. */
  apiUrl: string;
  allowPrivate: boolean;
}

/**
 * Errors after which the same call may work later, of those that the methods name
 * (https://docs.slack.dev/reference/methods/chat.postMessage#errors); all others need somebody's hand.
 */
const TEMPORARY = new Set([
  ...['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'],
  ...['team_added_to_org', 'accesslimited'],
]);
/** The first message is gone: what follows begins anew. */
const GONE = new Set(['message_not_found', 'thread_not_found', 'cant_update_message']);

/** The workspace allows edits for so long only: the message stays as it was, its thread tells the news. */
const TOO_LATE = 'edit_window_closed';

interface SlackAnswer {
  ok: boolean;
  error?: string;
  ts?: string;
  channel?: string;
  upload_url?: string;
  file_id?: string;
}

class SlackError extends RefusedError {
  constructor(readonly word: string) {
    super(`Slack answered ${word}`);
  }
}

/** Slack cannot deduplicate: a crash between sending and recording repeats the message once. */
export class SlackChannel extends ChatChannel {
  /** https://docs.slack.dev/apis/web-api/rate-limits: a post a second in a channel, some 50 edits a minute (tier 3). */
  readonly limits = [
    { most: 1, perMs: 1_000 },
    { most: 50, perMs: 60_000 },
  ];

  constructor(
    name: string,
    private readonly options: SlackOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { first } = alert.message;
    const root = first?.ids[0];
    if (root !== undefined && first!.place !== undefined) {
      if (await this.edit(alert, first!.place, root)) {
        await this.ask('chat.postMessage', { channel: first!.place, thread_ts: root, ...slackReply(alert.text) });
        return { status: 'sent', receipt: { ids: [root], place: first!.place } };
      }
    }
    // Drawn while the text is on its way.
    const picture = this.picture(alert);
    const sent = await this.ask('chat.postMessage', {
      ...{ channel: this.options.channel, unfurl_links: false, unfurl_media: false },
      ...slackMessage(alert.text, alert.deviation?.id ?? null),
    });
    await this.addPicture(await picture, sent.channel!, sent.ts!);
    return { status: 'sent', receipt: { ids: [sent.ts!], place: sent.channel! } };
  }

  async check(): Promise<string | null> {
    return this.problemOf(this.ask('auth.test', {}));
  }

  /** False where the message is no more. */
  private async edit(alert: Alert, channel: string, ts: string): Promise<boolean> {
    try {
      await this.ask('chat.update', { channel, ts, ...slackMessage(alert.text, alert.deviation?.id ?? null) });
      return true;
    } catch (error) {
      if (error instanceof SlackError && error.word === TOO_LATE) return true;
      if (error instanceof SlackError && GONE.has(error.word)) return false;
      throw error;
    }
  }

  /** The message is out, and Slack cannot deduplicate it: whatever becomes of the picture, it is not sent again. */
  private async addPicture(png: Buffer | null, channel: string, ts: string): Promise<void> {
    if (png === null) return;
    try {
      const form = { filename: 'curve.png', length: String(png.length), alt_txt: 'The curve with its predicted band' };
      const { upload_url: url, file_id: id } = await this.askForm('files.getUploadURLExternal', form);
      await this.request({ method: 'POST', url: url!, headers: { 'content-type': 'image/png' }, body: png });
      const files = [{ id: id!, title: 'The curve with its predicted band' }];
      await this.ask('files.completeUploadExternal', { files, channel_id: channel, thread_ts: ts });
    } catch {
      // Seen in the thread: no picture.
    }
  }

  private async ask(method: string, body: object): Promise<SlackAnswer> {
    const answer = await this.json('POST', `${this.options.apiUrl}/${method}`, body, this.bearer());
    return judged(answer.body);
  }

  /** This method takes no JSON. */
  private async askForm(method: string, form: Record<string, string>): Promise<SlackAnswer> {
    const headers = { ...this.bearer(), 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return judged(
      (await this.request({ method: 'POST', url: `${this.options.apiUrl}/${method}`, headers, body })).body,
    );
  }

  private readonly bearer = () => ({ authorization: `Bearer ${this.options.token}` });
}

/** Slack answers 200 with the word of the error inside. */
function judged(body: string): SlackAnswer {
  const answer = JSON.parse(body) as SlackAnswer;
  if (answer.ok) return answer;
  const word = answer.error ?? 'no reason';
  if (TEMPORARY.has(word)) throw new BusyError(`Slack answered ${word}`, null);
  throw new SlackError(word);
}
