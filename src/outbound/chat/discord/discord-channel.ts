// Discord by webhook: an embed with the picture, edited as it changes. https://discord.com/developers/docs/resources/webhook
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, BusyError, ChatChannel, type ChatTools } from '../chat-channel.js';
import { multipart } from '../multipart.js';
import type { Answer } from '../post.js';
import { discordMessage } from './discord-embed.js';

export interface DiscordOptions {
  webhookUrl: string;
  allowPrivate: boolean;
}

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json: Unknown Message. */
const UNKNOWN_MESSAGE = 10_008;

class UnknownMessage extends Error {}

/** Webhooks cannot deduplicate and cannot reply: an update edits the message, a crash repeats it once. */
export class DiscordChannel extends ChatChannel {
  /** Of a webhook, as its answers' headers say; https://discord.com/developers/docs/topics/rate-limits has no figures. */
  readonly limits = [
    { most: 5, perMs: 2_000 },
    { most: 30, perMs: 60_000 },
  ];

  constructor(
    name: string,
    private readonly options: DiscordOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const root = alert.message.first?.ids[0];
    if (root !== undefined) {
      try {
        const url = this.url(`/messages/${encodeURIComponent(root)}`);
        const payload = discordMessage(alert.text, alert.message.first!.place === 'picture');
        await this.json('PATCH', url, payload, {}, judge);
        return { status: 'sent', receipt: alert.message.first! };
      } catch (error) {
        // Somebody deleted it: what follows begins anew.
        if (!(error instanceof UnknownMessage)) throw error;
      }
    }
    const png = await this.picture(alert);
    const answer = await this.create(discordMessage(alert.text, png !== null), png);
    const id = idOf(answer.body);
    if (id === null) return { status: 'sent' };
    return { status: 'sent', receipt: { ids: [id], ...(png ? { place: 'picture' } : {}) } };
  }

  /** The webhook says of itself where it leads. */
  check(): Promise<string | null> {
    return this.problemOf(this.request({ method: 'GET', url: this.url(''), body: '' }));
  }

  private create(payload: object, png: Buffer | null): Promise<Answer> {
    const url = this.url('?wait=true');
    if (png === null) return this.json('POST', url, payload, {}, judge);
    const { body, type } = multipart([
      { name: 'payload_json', type: 'application/json', data: JSON.stringify(payload) },
      { name: 'files[0]', filename: 'curve.png', type: 'image/png', data: png },
    ]);
    const headers = { 'content-type': type };
    return this.request({ method: 'POST', url, headers, body }, judge);
  }

  private url(path: string): string {
    const base = new URL(this.options.webhookUrl);
    return `${base.origin}${base.pathname.replace(/\/$/, '')}${path}`;
  }
}

/** The message is out: an answer that a proxy has emptied is no reason to send it again. */
function idOf(body: string): string | null {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

/** The wait stands in the body, in seconds, more exactly than in the header. */
function judge({ status, body }: Answer): Error | null {
  try {
    const said = JSON.parse(body) as { code?: number; retry_after?: number };
    if (status === 404 && said.code === UNKNOWN_MESSAGE) return new UnknownMessage('the message is no more');
    if (status === 429 && typeof said.retry_after === 'number')
      return new BusyError('Discord asks for patience', Math.ceil(1000 * said.retry_after));
  } catch {
    // Not from Discord itself: its status says enough.
  }
  return null;
}
