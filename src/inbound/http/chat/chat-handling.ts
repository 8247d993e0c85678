// Carries out what was pressed in chat, and tells the open pages.
import { type ActionName, actionNamed } from '../../../alerting/chat-command.js';
import { DeviationHandling, HandlingError } from '../../../alerting/handle-deviation.js';
import type { LivePush } from '../../../watch/live-push.js';

export class ChatHandling {
  constructor(
    private readonly handling: DeviationHandling,
    private readonly live: LivePush,
  ) {}

  /** What to tell the person. @param at when it was pressed (ms) */
  async handle(deviation: string, action: ActionName, actor: string, at: number): Promise<string> {
    try {
      const handling = await this.handling.handle(deviation, actionNamed(action, at), actor);
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
