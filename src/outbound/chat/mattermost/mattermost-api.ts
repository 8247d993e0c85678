// Mattermost's REST API v4: who asks, what a refusal means, how long to wait. https://developers.mattermost.com/api-documentation/
import { BusyError, RefusedError } from '../chat-channel.js';
import type { Answer } from '../post.js';
import { retryAfterMs } from '../retry-after.js';

export interface MattermostBotOptions {
  /** Without a slash at its end. */
  server: string;
  /** The bot's access token. */
  token: string;
  /** The channel's id. */
  channel: string;
  allowPrivate: boolean;
}

export const mattermostUrl = ({ server }: MattermostBotOptions, path: string): string => `${server}/api/v4${path}`;

export const mattermostHeaders = ({ token }: MattermostBotOptions): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});

/** Refused for good, with Mattermost's own word for why, such as `api.context.session_expired.app_error`. */
export class MattermostRefusal extends RefusedError {
  constructor(
    readonly status: number,
    readonly id: string,
    said: string,
  ) {
    const fix = FIXES[status];
    super(`Mattermost answered ${status}: ${said} (${id})${fix ? `: ${fix}` : ''}`);
  }
}

const FIXES: Readonly<Record<number, string>> = {
  401: 'the token is no longer good, make another one for the bot',
  403: 'the bot has to be in the team and in the channel',
};

/** With 501 it says what is switched off, such as attachments. */
const FOR_GOOD = new Set([400, 401, 403, 404, 413, 501]);

/** What a bad answer means where Mattermost says more than its status; null: the status says enough. */
export function mattermostError(answer: Answer, now: number): Error | null {
  const { status, body } = answer;
  if (status === 429) return new BusyError('Mattermost asks for patience', mattermostWaitMs(answer, now));
  if (!FOR_GOOD.has(status)) return null;
  try {
    const { id, message } = JSON.parse(body) as { id?: unknown; message?: unknown };
    if (typeof id === 'string') return new MattermostRefusal(status, id, String(message ?? 'no reason'));
  } catch {
    // Not from Mattermost itself.
  }
  return null;
}

/** Later than this (s) a number of seconds is a time since the epoch. */
const EPOCH_S = 1e9;

/**
 * How long to wait (ms), null where the server does not say. It sends Retry-After (server/channels/app/ratelimit.go); where a
 * proxy has taken that away, X-RateLimit-Reset is documented as seconds until all is forgotten, and shown both as 1 and as a
 * time since the epoch (https://developers.mattermost.com/api-documentation/#/#rate-limiting).
 */
export function mattermostWaitMs({ retryAfter, rateLimitReset }: Answer, now: number): number | null {
  const wait = retryAfterMs(retryAfter, now);
  if (wait !== null || rateLimitReset === null || !/^\d+$/.test(rateLimitReset)) return wait;
  const seconds = Number(rateLimitReset);
  return seconds > EPOCH_S ? Math.max(0, 1000 * seconds - now) : 1000 * seconds;
}
