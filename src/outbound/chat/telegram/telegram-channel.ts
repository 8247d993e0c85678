// Telegram's Bot API: a message with inline buttons, edited as it changes, replies, the picture. https://core.telegram.org/bots/api
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, BusyError, ChatChannel, type ChatTools, RefusedError } from '../chat-channel.js';
import { multipart } from '../multipart.js';
import type { Answer } from '../post.js';
import { telegramButtons, telegramHtml, telegramReply } from './telegram-text.js';

export interface TelegramOptions {
  token: string;
  chat: string;
  /** https://api.telegram.org, or a Bot API server of one's own. */
  apiUrl: string;
  allowPrivate: boolean;
}

interface TelegramAnswer {
  ok: boolean;
  result?: { message_id: number };
  description?: string;
  parameters?: { retry_after?: number };
}

class BadRequest extends RefusedError {}

/** Telegram cannot deduplicate: a crash between sending and recording repeats the message once. */
export class TelegramChannel extends ChatChannel {
  /**
   * https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 20 a minute in a group, one a second
   * in a chat. A message of ours is two: with its picture, or an edit with its reply.
   */
  readonly limits = [
    { most: 1, perMs: 2_000 },
    { most: 10, perMs: 60_000 },
  ];

  constructor(
    name: string,
    private readonly options: TelegramOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { text, deviation } = alert;
    const root = alert.message.first?.ids[0];
    const content = {
      ...{ chat_id: this.options.chat, parse_mode: 'HTML', link_preview_options: { is_disabled: true } },
      text: telegramHtml(text),
      reply_markup: telegramButtons(text, deviation?.id ?? null),
    };
    if (root !== undefined) {
      await this.edit({ ...content, message_id: Number(root) });
      await this.call('sendMessage', {
        ...{ chat_id: this.options.chat, parse_mode: 'HTML', text: telegramReply(text) },
        link_preview_options: { is_disabled: true },
        reply_parameters: { message_id: Number(root), allow_sending_without_reply: true },
      });
      return { status: 'sent', receipt: { ids: [root] } };
    }
    // Drawn while the text is on its way.
    const drawn = this.picture(alert);
    const id = idOf((await this.call('sendMessage', content)).body);
    if (id === null) return { status: 'sent' };
    const picture = await this.sendPicture(await drawn, id);
    return { status: 'sent', receipt: { ids: picture === null ? [id] : [id, picture] } };
  }

  check(): Promise<string | null> {
    return this.problemOf(this.call('getMe', {}));
  }

  /** What cannot be edited (it says the same already, or was deleted) is left: the reply tells the news. */
  private async edit(content: object): Promise<void> {
    try {
      await this.call('editMessageText', content);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
    }
  }

  /** The message is out, and Telegram cannot deduplicate it: whatever becomes of the picture, it is not sent again. */
  private async sendPicture(png: Buffer | null, root: string): Promise<string | null> {
    if (png === null) return null;
    const reply = JSON.stringify({ message_id: Number(root), allow_sending_without_reply: true });
    const { body, type } = multipart([
      { name: 'chat_id', data: this.options.chat },
      { name: 'reply_parameters', data: reply },
      { name: 'photo', filename: 'curve.png', type: 'image/png', data: png },
    ]);
    try {
      const headers = { 'content-type': type };
      const { body: said } = await this.request({ method: 'POST', url: this.url('sendPhoto'), headers, body }, judge);
      return String((JSON.parse(said) as TelegramAnswer).result!.message_id);
    } catch {
      return null;
    }
  }

  /** Telegram says by the status that it refuses. */
  private call(method: string, body: object): Promise<Answer> {
    return this.json('POST', this.url(method), body, {}, judge);
  }

  private readonly url = (method: string): string => `${this.options.apiUrl}/bot${this.options.token}/${method}`;
}

/** The message is out: an answer that a proxy has emptied is no reason to send it again. */
function idOf(body: string): string | null {
  try {
    const id = (JSON.parse(body) as TelegramAnswer).result?.message_id;
    return id === undefined ? null : String(id);
  } catch {
    return null;
  }
}

/** https://core.telegram.org/bots/api#responseparameters */
function judge({ status, body }: Answer): Error | null {
  try {
    const said = JSON.parse(body) as TelegramAnswer;
    if (status === 429 && said.parameters?.retry_after !== undefined)
      return new BusyError('Telegram asks for patience', 1000 * said.parameters.retry_after);
    if (status === 400) return new BadRequest(`Telegram answered: ${said.description ?? 'bad request'}`);
  } catch {
    // Not from Telegram itself: its status says enough.
  }
  return null;
}
