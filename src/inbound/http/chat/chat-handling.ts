// Carries out what was pressed or said in chat, and tells the open pages.
import { DeviationHandling, type HandlingAction, HandlingError } from '../../../alerting/handle-deviation.js';
import type { OutboxStore } from '../../../alerting/outbox-store.js';
import type { LivePush } from '../../../watch/live-push.js';

export class ChatHandling {
  constructor(
    private readonly handling: DeviationHandling,
    private readonly outbox: Pick<OutboxStore, 'deviationOf'>,
    private readonly live: LivePush,
  ) {}

  /** What somebody asked of a message, by the id that the service gave it; null where it is none of these channels' own. */
  async handleMessage(
    channels: readonly string[],
    message: string,
    action: HandlingAction,
    actor: string,
  ): Promise<string | null> {
    for (const channel of channels) {
      const deviation = await this.outbox.deviationOf(channel, message);
      if (deviation !== null) return this.handle(deviation, action, actor);
    }
    return null;
  }

  /** What to tell the person. */
  async handle(deviation: string, action: HandlingAction, actor: string): Promise<string> {
    try {
      const handling = await this.handling.handleMessage(deviation, action, actor);
      if (handling === null) return 'There is no such deviation any more.';
      if (!handling.changed) return `Nothing changed: ${handling.reason}.`;
      const { status } = handling.deviation;
      this.live.deviation({ type: status === 'resolved' ? 'resolved' : 'updated', deviation: handling.deviation });
      return `Done: ${handling.type}.`;
    } catch (error) {
      if (error instanceof HandlingError) return `Nothing changed: ${error.message}.`;
      throw error;
    }
  }
}
