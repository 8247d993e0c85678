// How long a Rocket.Chat server asks to wait.
import { rocketChatWaitMs } from './rocketchat-busy.js';

const NOW = 1_000_000;
const answer = (body: string, retryAfter: string | null = null) => ({
  ...{ status: 429, rateLimitReset: '1790000000000', retryAfter, body },
});
const saying = (words: string) =>
  JSON.stringify({ success: false, error: `Error, too many requests. Please slow down. You must wait ${words}` });

it.each([
  ['its words', answer(saying('23 seconds before trying this endpoint again. [error-too-many-requests]')), 23_000],
  ['its words of a wait that is over', answer(saying('0 seconds before trying this endpoint again.')), 0],
  ['a proxy in front of it, whatever it says itself', answer(saying('23 seconds before'), '60'), 60_000],
  ['nobody, where the words are others', answer('<html>Too many requests: wait a while</html>'), null],
])('is said by %s', (_who, of, wait) => expect(rocketChatWaitMs(of, NOW)).toBe(wait));
