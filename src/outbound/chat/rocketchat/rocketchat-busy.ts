// What a Rocket.Chat server says when it is asked too often: how long to wait stands in its words alone.
import { BusyError } from '../chat-channel.js';
import type { Answer } from '../post.js';
import { retryAfterMs } from '../retry-after.js';

/**
 * "Error, too many requests. Please slow down. You must wait 23 seconds before trying this endpoint again.
 * [error-too-many-requests]" (apps/meteor/app/api/server/middlewares, in its source). Its X-RateLimit-Reset is by its own clock.
 */
const WORDS = /must wait (\d{1,5}) seconds?/i;

/** How long to wait (ms), null where the answer does not say. A proxy in front of it may send Retry-After. */
export function rocketChatWaitMs({ retryAfter, body }: Answer, now: number): number | null {
  const seconds = WORDS.exec(body)?.[1];
  return retryAfterMs(retryAfter, now) ?? (seconds === undefined ? null : 1000 * Number(seconds));
}

/** Null for any other answer. */
export const rocketChatBusy = (answer: Answer, now: number): BusyError | null =>
  answer.status === 429 ? new BusyError('Rocket.Chat asks for patience', rocketChatWaitMs(answer, now)) : null;
