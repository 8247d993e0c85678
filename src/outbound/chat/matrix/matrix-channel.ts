// Matrix: a message with its picture, edits, a thread. Client-server API v1.11, https://spec.matrix.org/v1.11/client-server-api/
import { type AlertText, plainAlert } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, BusyError, ChatChannel, type ChatTools, RefusedError, cut } from '../chat-channel.js';
import { escapeHtml } from '../html.js';
import { HOW_TO_ANSWER } from '../listener.js';
import type { Answer } from '../post.js';

export interface MatrixOptions {
  homeserver: string;
  accessToken: string;
  room: string;
  allowPrivate: boolean;
}

/** An event is 65,536 bytes at most (size limits of the specification); both forms of the text and the rest must fit. */
const LONGEST_TEXT = 12_000;
/** Pixel size of our pictures, for clients that reserve the place before loading. */
const PICTURE = { mimetype: 'image/png', w: 960 };

export class MatrixChannel extends ChatChannel {
  /**
   * Synapse's rc_message as it comes, 10 events at once and 0.2 a second
   * (https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#rc_message). A message of
   * ours is two events: with its picture, or an edit with its reply.
   */
  readonly limits = [{ most: 5, perMs: 50_000 }];

  constructor(
    name: string,
    private readonly options: MatrixOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  /**
   * Every event carries a transaction id made from the message's id: a repeat is answered with the first event. An update
   * edits the first message and says what is new in its thread.
   */
  protected async deliver(alert: Alert): Promise<SendResult> {
    const { id, first } = alert.message;
    const content = contentOf(alert.text);
    const root = first?.ids[0];
    if (root !== undefined) {
      await this.put(`${id}/edit`, {
        ...{ msgtype: 'm.text', body: `* ${content.body}`, 'm.mentions': {}, 'm.new_content': content },
        'm.relates_to': { rel_type: 'm.replace', event_id: root },
      });
      const news = shortContent(alert.text);
      await this.put(`${id}/reply`, {
        ...news,
        'm.relates_to': {
          ...{ rel_type: 'm.thread', event_id: root, is_falling_back: true },
          'm.in_reply_to': { event_id: root },
        },
      });
      return { status: 'sent', receipt: { ids: [root] } };
    }
    // Drawn while the text is on its way.
    const drawn = this.picture(alert);
    const event = await this.put(id, content);
    const picture = await this.sendPicture(alert, await drawn);
    return { status: 'sent', receipt: { ids: picture === null ? [event] : [event, picture] } };
  }

  async check(): Promise<string | null> {
    return this.problemOf(
      this.ask('GET', '/_matrix/client/v3/joined_rooms').then(({ body }) => {
        if (!(JSON.parse(body) as { joined_rooms: string[] }).joined_rooms.includes(this.options.room))
          throw new Error(`the account is not in the room ${this.options.room}: invite it, and let it join`);
      }),
    );
  }

  /** The text is out already: a picture that is refused is left out, one that is only delayed is tried again with it. */
  private async sendPicture(alert: Alert, png: Buffer | null): Promise<string | null> {
    if (png === null) return null;
    try {
      const { body } = await this.request({
        method: 'POST',
        url: this.url('/_matrix/media/v3/upload?filename=curve.png'),
        headers: { ...this.bearer(), 'content-type': PICTURE.mimetype },
        body: png,
      });
      const { content_uri: url } = JSON.parse(body) as { content_uri: string };
      const info = { ...PICTURE, h: png.readUInt32BE(20), size: png.length };
      return await this.put(`${alert.message.id}/picture`, {
        ...{ msgtype: 'm.image', body: 'curve.png', 'm.mentions': {}, url, info },
      });
    } catch (error) {
      if (error instanceof RefusedError) return null;
      throw error;
    }
  }

  private async put(transaction: string, content: object): Promise<string> {
    const room = encodeURIComponent(this.options.room);
    const path = `/_matrix/client/v3/rooms/${room}/send/m.room.message/${encodeURIComponent(transaction)}`;
    const { body } = await this.ask('PUT', path, content);
    return (JSON.parse(body) as { event_id: string }).event_id;
  }

  private ask(method: 'GET' | 'PUT', path: string, content?: object): Promise<Answer> {
    return this.json(method, this.url(path), content, this.bearer(), ({ status, body }) =>
      status === 429 ? new BusyError('the Matrix server asks for patience', waitOf(body)) : null,
    );
  }

  private readonly url = (path: string): string => `${this.options.homeserver.replace(/\/$/, '')}${path}`;
  private readonly bearer = () => ({ authorization: `Bearer ${this.options.accessToken}` });
}

/** Synapse says it in the body; the header came later (v1.10). */
function waitOf(body: string): number | null {
  try {
    const { retry_after_ms: wait } = JSON.parse(body) as { retry_after_ms?: unknown };
    return typeof wait === 'number' ? wait : null;
  } catch {
    return null;
  }
}

/** An empty `m.mentions` says that nobody is mentioned, whatever the text looks like. */
const message = (body: string, html: string): Record<string, unknown> => ({
  msgtype: 'm.text',
  'm.mentions': {},
  body: cut(body, LONGEST_TEXT),
  ...(html.length <= LONGEST_TEXT ? { format: 'org.matrix.custom.html', formatted_body: html } : {}),
});

function contentOf(text: AlertText): Record<string, unknown> {
  const parts = [text.tone === 'over' ? `<del>${escapeHtml(text.title)}</del>` : `<b>${escapeHtml(text.title)}</b>`];
  if (text.state) parts.push(`<br><i>${escapeHtml(text.state)}</i>`);
  const rows = text.rows.map(({ label, text: row }) =>
    label ? `<li><b>${escapeHtml(label)}</b>: ${escapeHtml(row)}</li>` : `<li>${escapeHtml(row)}</li>`,
  );
  if (rows.length > 0) parts.push(`<ul>${rows.join('')}</ul>`);
  if (text.open) parts.push(`<p><small>${HOW_TO_ANSWER}</small></p>`);
  if (text.url) parts.push(`<p><a href="${escapeHtml(text.url)}">open the run</a></p>`);
  return message(text.open ? `${plainAlert(text)}\n${HOW_TO_ANSWER}` : plainAlert(text), parts.join(''));
}

function shortContent(text: AlertText): Record<string, unknown> {
  const line = text.state ? `${text.title}: ${text.state}` : text.title;
  return message(line, escapeHtml(line));
}
