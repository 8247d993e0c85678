// What was pressed or written in Slack about open messages while nobody listened: reactions and replies that stand there.
// Slack keeps no presses of buttons; https://docs.slack.dev/reference/methods/reactions.get and …/conversations.replies
import { setTimeout as sleep } from 'node:timers/promises';
import type { FoundWord } from '../../../alerting/missed-words.js';
import { slackEvent } from '../../../alerting/slack-words.js';
import { KeepLooking, rest } from '../keep-looking.js';
import { type Listener, type ListenerParts, carryOutMissed } from '../listener.js';
import { call } from '../post.js';
import { retryAfterMs } from '../retry-after.js';

export interface SlackCatchUpOptions {
  /** The bot's, with the scopes reactions:read and channels:history. */
  token: string;
  apiUrl: string;
  allowPrivate: boolean;
}

interface SlackFound {
  ok: boolean;
  error?: string;
  message?: { reactions?: { name: string; users: string[] }[] };
  messages?: { ts: string }[];
}

/** Without their scope reactions and replies were never asked for; a message that is gone holds none. */
const NOTHING = new Set([
  'missing_scope',
  'message_not_found',
  'thread_not_found',
  'not_in_channel',
  'channel_not_found',
]);
const MOST_TRIES = 5;
const DEFAULT_WAIT_MS = 30_000;

/** Looks at every open message of the channel once, and carries out what is news. */
export async function slackCatchUp(
  parts: ListenerParts,
  options: SlackCatchUpOptions,
  signal: AbortSignal,
): Promise<void> {
  const asking = { ...options, signal };
  for (const open of await parts.outbox.openMessages(parts.channel)) {
    const { ids, place: channel } = open;
    if (channel === undefined) continue;
    const ts = ids[0]!;
    const { message } = await ask(asking, 'reactions.get', { channel, timestamp: ts, full: 'true' });
    const reactions = (message?.reactions ?? []).flatMap(({ name, users }) =>
      users.map((user) => {
        const event_ts = String(Date.now() / 1000);
        return slackEvent({ type: 'reaction_added', user, reaction: name, item: { type: 'message', ts }, event_ts });
      }),
    );
    const oldest = String((open.doneAt ?? 0) / 1000);
    const { messages = [] } = await ask(asking, 'conversations.replies', { channel, ts, oldest, limit: '200' });
    const replies = messages.map((reply): FoundWord | null => {
      const word = slackEvent({ type: 'message', ...reply });
      return word && { ...word, at: 1000 * Number(reply.ts) };
    });
    const found = [...reactions.map((word) => word && { ...word, at: null }), ...replies];
    await carryOutMissed(
      parts,
      open,
      found.filter((word) => word !== null),
    );
  }
}

async function ask(
  { token, apiUrl, allowPrivate, signal }: SlackCatchUpOptions & { signal: AbortSignal },
  method: string,
  query: Record<string, string>,
): Promise<SlackFound> {
  for (let tries = 1; ; tries++) {
    const { status, body, retryAfter } = await call({
      ...{ method: 'GET', url: `${apiUrl}/${method}?${new URLSearchParams(query)}`, body: '', allowPrivate, signal },
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'offcurve' },
    });
    if (status === 429 && tries < MOST_TRIES) {
      await sleep(retryAfterMs(retryAfter, Date.now()) ?? DEFAULT_WAIT_MS, undefined, { signal });
      continue;
    }
    if (status !== 200) throw new Error(`Slack answered ${status} to ${method}`);
    const answer = JSON.parse(body) as SlackFound;
    if (answer.ok) return answer;
    if (NOTHING.has(answer.error ?? '')) return { ok: true };
    throw new Error(`Slack answered ${answer.error} to ${method}`);
  }
}

/** Slack gives up on an event that we did not take after an hour. */
const EVERY_MS = 900_000;

/** Where Slack posts its events to us: what it could not deliver is found where it stands. */
export class SlackLookout implements Listener {
  private readonly looking: KeepLooking;

  constructor(parts: ListenerParts, options: SlackCatchUpOptions) {
    this.looking = new KeepLooking(async () => {
      await slackCatchUp(parts, options, this.looking.signal);
      await rest(EVERY_MS, this.looking.signal);
    }, parts.onError);
  }

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }
}
