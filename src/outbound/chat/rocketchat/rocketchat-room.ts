// What has changed in a Rocket.Chat room. https://developer.rocket.chat/apidocs/sync-messages
import { z } from 'zod';
import { type AskedService, askRoom } from '../ask-room.js';
import type { Room, RoomChanges, RoomPost } from '../room-reader.js';
import { type RocketChatBotOptions, rocketChatHeaders } from './rocketchat-bot.js';
import { rocketChatWaitMs } from './rocketchat-busy.js';

/** As a server comes, it answers 10 calls of one kind a minute. */
const EVERY_MS = 10_000;
const ROCKET_CHAT: AskedService = {
  ...{ name: 'Rocket.Chat', refusal: 'Rocket.Chat refuses user_id and auth_token', mostTries: 3 },
  waitMs: (answer) => rocketChatWaitMs(answer, Date.now()) ?? EVERY_MS,
};

const message = z.object({
  _id: z.string(),
  msg: z.string().default(''),
  ts: z.string(),
  _updatedAt: z.string(),
  u: z.object({ _id: z.string(), username: z.string() }),
  tmid: z.string().optional(),
  reactions: z.record(z.string(), z.object({ usernames: z.array(z.string()) })).optional(),
});
const answered = z.object({ result: z.object({ updated: z.array(message) }) });

export class RocketChatRoom implements Room {
  readonly everyMs = EVERY_MS;

  constructor(private readonly options: RocketChatBotOptions) {}

  async changedSince(since: string, signal: AbortSignal): Promise<RoomChanges> {
    const { updated } = answered.parse(JSON.parse(await this.ask(since, signal))).result;
    const newest = updated
      .map(({ _updatedAt: at }) => at)
      .reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b), since);
    return { posts: updated.map((one) => this.postOf(one)), newest, whole: true };
  }

  private async ask(since: string, signal: AbortSignal): Promise<string> {
    const { server, room, allowPrivate } = this.options;
    const query = new URLSearchParams({ roomId: room, lastUpdate: since });
    const url = `${server}/api/v1/chat.syncMessages?${query}`;
    const headers = rocketChatHeaders(this.options);
    return (await askRoom(ROCKET_CHAT, { method: 'GET', url, body: '', headers, allowPrivate, signal })).body;
  }

  private postOf({ _id: id, msg: text, ts, u, tmid, reactions = {} }: z.infer<typeof message>): RoomPost {
    return {
      ...{ id, root: tmid ?? null, text, at: Date.parse(ts) },
      author: u._id === this.options.userId ? null : u.username,
      signs: Object.entries(reactions).flatMap(([name, { usernames }]) =>
        usernames.map((actor) => ({ name: name.replaceAll(':', ''), actor })),
      ),
    };
  }
}
