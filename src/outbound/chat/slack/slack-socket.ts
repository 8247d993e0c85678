// Slack's Socket Mode: buttons, reactions and replies over a WebSocket that we open, for those behind a firewall.
// https://docs.slack.dev/apis/events-api/using-socket-mode
import { type SlackWord, slackEvent, slackPress } from '../../../alerting/slack-words.js';
import { Gateway, type GatewayTalk } from '../gateway.js';
import { RefusedForGoodError } from '../keep-looking.js';
import { type Listener, type ListenerParts, carryOut } from '../listener.js';
import { call } from '../post.js';
import { type SlackCatchUpOptions, slackCatchUp } from './slack-catch-up.js';

export interface SlackSocketOptions extends SlackCatchUpOptions {
  /** `xapp-…`, with the scope connections:write. */
  appToken: string;
}

interface Envelope {
  type: string;
  envelope_id?: string;
  payload?: { event?: unknown };
}

/** Errors of apps.connections.open after which another try makes no sense. */
const REFUSALS = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'account_inactive', 'not_allowed_token_type']);

export class SlackSocket implements Listener {
  private readonly gateway: Gateway;

  constructor(
    private readonly parts: ListenerParts,
    private readonly options: SlackSocketOptions,
  ) {
    const { allowPrivate } = options;
    this.gateway = new Gateway({ open: () => this.open(), allowPrivate, onError: parts.onError });
  }

  start(): void {
    this.gateway.start();
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }

  private async open(): Promise<{ url: string; talk: GatewayTalk }> {
    const { appToken, apiUrl, allowPrivate } = this.options;
    const { status, body } = await call({
      method: 'POST',
      url: `${apiUrl}/apps.connections.open`,
      headers: { authorization: `Bearer ${appToken}`, 'user-agent': 'offcurve' },
      body: '',
      allowPrivate,
    });
    if (status !== 200) throw new Error(`Slack answered ${status} to apps.connections.open`);
    const { ok, url, error = 'no reason' } = JSON.parse(body) as { ok: boolean; url?: string; error?: string };
    if (!ok || url === undefined) {
      if (REFUSALS.has(error)) throw new RefusedForGoodError(`Slack refused the app_token: ${error}`);
      throw new Error(`Slack answered ${error} to apps.connections.open`);
    }
    const talk: GatewayTalk = {
      said: async (message, { send, close }) => {
        const { type, envelope_id: id, payload } = (message ?? {}) as Envelope;
        // Slack moves its connections about every hour.
        if (type === 'disconnect') return close();
        // What was said before Slack had somebody to tell it to.
        if (type === 'hello') return this.gateway.beside((signal) => slackCatchUp(this.parts, this.options, signal));
        if (id === undefined) return;
        // Whatever becomes of it: without an answer Slack sends it again, and doing it twice changes nothing.
        const word =
          type === 'interactive' ? slackPress(payload) : type === 'events_api' ? slackEvent(payload?.event) : null;
        if (word !== null) await this.carryOut(word);
        send({ envelope_id: id });
      },
    };
    return { url, talk };
  }

  private async carryOut(word: SlackWord): Promise<void> {
    const { action, actor } = word;
    if ('deviation' in word) await this.parts.handle(word.deviation, action, actor);
    else await carryOut(this.parts, word.message, action, actor);
  }
}
