// Microsoft Teams by a Workflows webhook: an adaptive card; the picture by a signed link.
// https://learn.microsoft.com/en-us/power-automate/teams/send-a-message-in-teams
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, ChatChannel, type ChatTools } from '../chat-channel.js';
import { teamsMessage } from './teams-card.js';

export interface TeamsOptions {
  webhookUrl: string;
  allowPrivate: boolean;
}

/** A workflow's webhook names no message: there is nothing to edit or to reply to, each change is a message of its own. */
export class TeamsChannel extends ChatChannel {
  /** https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: four a second. */
  readonly limits = [{ most: 4, perMs: 1_000 }];

  constructor(
    name: string,
    private readonly options: TeamsOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  protected async deliver({ text, deviation, at }: Alert): Promise<SendResult> {
    const { links } = this.tools;
    const link = (action: string) => (deviation && text.open ? links.handle(deviation.id, action, at) : null);
    const message = teamsMessage(text, {
      picture: deviation && links.chart(deviation.id, 'light', deviation.version, at),
      // With the link to the run six, the most that a card shows.
      actions: {
        ...{ Acknowledge: link('acknowledge'), 'Snooze 1 h': link('snooze-1h'), 'Snooze 8 h': link('snooze-8h') },
        ...{ Resolve: link('resolve'), 'False alarm': link('false-alarm') },
      },
    });
    await this.json('POST', this.options.webhookUrl, message);
    return { status: 'sent' };
  }
}
