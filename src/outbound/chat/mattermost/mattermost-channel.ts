// Mattermost by an incoming webhook. https://developers.mattermost.com/integrate/webhooks/incoming/
import type { ActionName } from '../../../alerting/chat-command.js';
import type { SignedLinks } from '../../../alerting/signed-links.js';
import type { SendResult } from '../../../alerting/channel.js';
import { attachmentMessage } from '../message-attachment.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';

export interface MattermostOptions {
  webhookUrl: string;
  allowPrivate: boolean;
}

/** https://developers.mattermost.com/integrate/reference/message-attachments/: a post is 16,383 characters at most. */
export const LONGEST_POST = 16_383;

/** A button that Mattermost's server posts to us when somebody presses it. */
export const pressButton =
  ({ at }: Alert, links: SignedLinks) =>
  (deviation: string, action: ActionName, name: string): object | null => {
    const integration = links.button('/chat/mattermost', deviation, action, at);
    // An id of a button is letters and digits.
    return integration && { id: action.replaceAll('-', ''), name, type: 'button', integration };
  };

/** A webhook names no post: each change is a message of its own. Its buttons are posted to us by Mattermost's server. */
export class MattermostChannel extends ChatChannel {
  /** https://docs.mattermost.com/configure/rate-limiting-configuration-settings.html: 10 a second, as it comes. */
  readonly limits = [{ most: 10, perMs: 1_000 }];

  constructor(
    name: string,
    private readonly options: MattermostOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { links } = this.tools;
    const message = attachmentMessage(alert, links, { longest: LONGEST_POST, buttonOf: pressButton(alert, links) });
    await this.json('POST', this.options.webhookUrl, message);
    return { status: 'sent' };
  }
}
