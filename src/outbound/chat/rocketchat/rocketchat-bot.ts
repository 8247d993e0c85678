// Rocket.Chat by a bot of ours: a message whose first lines are edited as it changes, and what is new in its thread.
// https://developer.rocket.chat/apidocs/post-message
import type { AlertText } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';
import { HOW_TO_ANSWER } from '../listener.js';
import { attachmentMessage, firstLines } from '../message-attachment.js';
import type { Answer } from '../post.js';
import { rocketChatBusy } from './rocketchat-busy.js';
import { LONGEST_MESSAGE, linkButton } from './rocketchat-channel.js';

export interface RocketChatBotOptions {
  /** Without a slash at its end. */
  server: string;
  userId: string;
  authToken: string;
  /** The room's id. */
  room: string;
  allowPrivate: boolean;
}

export const rocketChatHeaders = ({ userId, authToken }: RocketChatBotOptions): Record<string, string> => ({
  ...{ 'x-user-id': userId, 'x-auth-token': authToken },
});

class UnknownMessage extends Error {}

/** Rocket.Chat cannot deduplicate: a crash between sending and recording repeats the message once. */
export class RocketChatBot extends ChatChannel {
  /**
   * API_Enable_Rate_Limiter_Limit_Calls_Default in Rocket.Chat's apps/meteor/server/settings/rate.ts: 10 a minute of each
   * kind of call, as it comes (https://docs.rocket.chat/docs/rate-limiter). The careful side: as it comes, users with the role
   * bot are spared (permission api-bypass-rate-limit), but nobody has to have given ours that role.
   */
  readonly limits = [{ most: 10, perMs: 60_000 }];

  constructor(
    name: string,
    private readonly options: RocketChatBotOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { room: roomId } = this.options;
    const root = alert.message.first?.ids[0];
    if (root !== undefined && (await this.edit(alert.text, root))) {
      await this.ask('chat.postMessage', { roomId, tmid: root, text: firstLines(alert.text, LONGEST_MESSAGE) });
      return { status: 'sent', receipt: { ids: [root] } };
    }
    const buttonOf = linkButton(alert, this.tools.links);
    const form = { longest: LONGEST_MESSAGE, buttonOf, hint: HOW_TO_ANSWER };
    const message = attachmentMessage(alert, this.tools.links, form);
    const { body } = await this.ask('chat.postMessage', { roomId, ...message });
    return { status: 'sent', receipt: { ids: [idOf(body)] } };
  }

  check(): Promise<string | null> {
    const headers = rocketChatHeaders(this.options);
    return this.problemOf(this.json('GET', `${this.options.server}/api/v1/me`, null, headers));
  }

  /** Its attachment stays as it was; false where somebody deleted the message. */
  private async edit(text: AlertText, msgId: string): Promise<boolean> {
    try {
      await this.ask('chat.update', { roomId: this.options.room, msgId, text: firstLines(text, LONGEST_MESSAGE) });
      return true;
    } catch (error) {
      if (error instanceof UnknownMessage) return false;
      throw error;
    }
  }

  private ask(method: string, body: object): Promise<Answer> {
    const url = `${this.options.server}/api/v1/${method}`;
    return this.json('POST', url, body, rocketChatHeaders(this.options), (answer) =>
      answer.status === 400 && /No message found/.test(answer.body)
        ? new UnknownMessage('the message is no more')
        : rocketChatBusy(answer, this.tools.clock()),
    );
  }
}

/** The message is out: an answer that a proxy has emptied is no reason to send it again. */
function idOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: { _id?: string } }).message?._id ?? '';
  } catch {
    return '';
  }
}
