// Mattermost by a bot of ours: a post with the picture, edited as it changes, and what is new in its thread.
// https://developers.mattermost.com/integrate/reference/bot-accounts/
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, ChatChannel, type ChatTools, RefusedError } from '../chat-channel.js';
import { HOW_TO_ANSWER } from '../listener.js';
import { attachmentMessage, firstLines } from '../message-attachment.js';
import { multipart } from '../multipart.js';
import type { Answer } from '../post.js';
import {
  type MattermostBotOptions,
  MattermostRefusal,
  mattermostError,
  mattermostHeaders,
  mattermostUrl,
} from './mattermost-api.js';
import { LONGEST_POST, pressButton } from './mattermost-channel.js';

export class MattermostBot extends ChatChannel {
  /**
   * https://docs.mattermost.com/administration-guide/configure/rate-limiting-configuration-settings.html: PerSec is 10 as it
   * comes, of all calls together. A message of ours is two: the picture and the post, or an edit and its reply. What is left
   * over is for reading the channel.
   */
  readonly limits = [{ most: 4, perMs: 1_000 }];

  constructor(
    name: string,
    private readonly options: MattermostBotOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  /**
   * What is posted carries the message's id as `pending_post_id`: for 30 seconds the server answers a repeat with the first
   * post (deduplicateCreatePost in server/channels/app/post.go), which covers an answer that was lost on its way. A repeat
   * after that is seen twice.
   */
  protected async deliver(alert: Alert): Promise<SendResult> {
    const { id, first } = alert.message;
    const root = first?.ids[0];
    if (root !== undefined && (await this.edit(alert, root, first!.ids.length > 1))) {
      // It stays in the channel that it was posted to, whatever the settings say by now.
      const channel = first!.place ?? this.options.channel;
      await this.post(`${id}/reply`, channel, { root_id: root, message: firstLines(alert.text, LONGEST_POST) });
      return { status: 'sent', receipt: first! };
    }
    const { channel } = this.options;
    const picture = await this.upload(alert);
    const content = this.contentOf(alert, picture !== null);
    const post = await this.post(id, channel, { ...content, ...(picture ? { file_ids: [picture] } : {}) });
    return { status: 'sent', receipt: { ids: picture ? [post, picture] : [post], place: channel } };
  }

  check(): Promise<string | null> {
    return this.problemOf(this.lookAround());
  }

  private async lookAround(): Promise<void> {
    await this.ask('GET', '/users/me');
    const { channel } = this.options;
    const { body } = await this.ask('GET', `/channels/${channel}`);
    const { delete_at: archived } = JSON.parse(body) as { delete_at?: number };
    if (archived) throw new Error(`the channel ${channel} is archived: unarchive it, or name another one`);
  }

  private contentOf(alert: Alert, hasPicture: boolean): { message: string; props: object } {
    const { links } = this.tools;
    const form = { longest: LONGEST_POST, buttonOf: pressButton(alert, links), hasPicture, hint: HOW_TO_ANSWER };
    const { text, attachments } = attachmentMessage(alert, links, form);
    return { message: text, props: { attachments } };
  }

  /** False where somebody deleted the post. One that may not be edited any more is left: its thread tells the news. */
  private async edit(alert: Alert, root: string, hasPicture: boolean): Promise<boolean> {
    try {
      await this.ask('PUT', `/posts/${root}/patch`, this.contentOf(alert, hasPicture));
      return true;
    } catch (error) {
      if (!(error instanceof MattermostRefusal)) throw error;
      // It answers an unknown post and a protected one alike.
      return this.stands(root);
    }
  }

  private async stands(post: string): Promise<boolean> {
    try {
      await this.ask('GET', `/posts/${post}`);
      return true;
    } catch (error) {
      if (error instanceof MattermostRefusal && error.status === 404) return false;
      throw error;
    }
  }

  /** The picture's id; null where there is none. Where the server takes no files, or failed to before, the text goes alone. */
  private async upload(alert: Alert): Promise<string | null> {
    const png = await this.picture(alert);
    if (png === null) return null;
    const { body, type } = multipart([
      { name: 'channel_id', data: this.options.channel },
      { name: 'files', filename: 'curve.png', type: 'image/png', data: png },
    ]);
    const headers = { ...mattermostHeaders(this.options), 'content-type': type };
    try {
      const url = mattermostUrl(this.options, '/files');
      const answer = await this.request({ method: 'POST', url, headers, body }, this.judge);
      const { file_infos: files } = JSON.parse(answer.body) as { file_infos?: { id: string }[] };
      return files?.[0]?.id ?? null;
    } catch (error) {
      if (error instanceof RefusedError || alert.message.tries > 0) return null;
      throw error;
    }
  }

  /** The new post's id. */
  private async post(pending: string, channel: string, content: object): Promise<string> {
    const body = { channel_id: channel, pending_post_id: pending, ...content };
    return idOf((await this.ask('POST', '/posts', body)).body);
  }

  private ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Answer> {
    return this.json(method, mattermostUrl(this.options, path), body, mattermostHeaders(this.options), this.judge);
  }

  private readonly judge = (answer: Answer): Error | null => mattermostError(answer, this.tools.clock());
}

/** The post is out: an answer that a proxy has emptied is no reason to send it again. */
function idOf(body: string): string {
  try {
    return (JSON.parse(body) as { id?: string }).id ?? '';
  } catch {
    return '';
  }
}
