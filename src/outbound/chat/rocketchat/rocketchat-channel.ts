// Rocket.Chat by an incoming webhook. https://docs.rocket.chat/docs/integrations
import type { ActionName } from '../../../alerting/chat-command.js';
import type { SignedLinks } from '../../../alerting/signed-links.js';
import type { SendResult } from '../../../alerting/channel.js';
import { attachmentMessage } from '../message-attachment.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';
import { rocketChatBusy } from './rocketchat-busy.js';

export interface RocketChatOptions {
  webhookUrl: string;
  allowPrivate: boolean;
}

/** The server's setting Message_MaxAllowedSize, as it comes. */
export const LONGEST_MESSAGE = 5_000;

/** A button that opens the page that asks first. */
export const linkButton =
  ({ at }: Alert, links: SignedLinks) =>
  (deviation: string, action: ActionName, text: string): object | null => {
    const url = links.handle(deviation, action, at);
    return url === null ? null : { type: 'button', text, url };
  };

/** A webhook names no message: each change is a message of its own. Its buttons are links that ask first. */
export class RocketChatChannel extends ChatChannel {
  /**
   * A careful guess: what holds for the API as it comes, 10 calls a minute (API_Enable_Rate_Limiter_Limit_Calls_Default in
   * apps/meteor/server/settings/rate.ts). Nothing written says whether webhooks count.
   */
  readonly limits = [{ most: 10, perMs: 60_000 }];

  constructor(
    name: string,
    private readonly options: RocketChatOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver(alert: Alert): Promise<SendResult> {
    const { links } = this.tools;
    const message = attachmentMessage(alert, links, {
      ...{ longest: LONGEST_MESSAGE, buttonOf: linkButton(alert, links) },
    });
    await this.json('POST', this.options.webhookUrl, message, {}, (answer) =>
      rocketChatBusy(answer, this.tools.clock()),
    );
    return { status: 'sent' };
  }
}
