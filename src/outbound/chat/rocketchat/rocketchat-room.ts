// What has changed in a Rocket.Chat room. https://developer.rocket.chat/apidocs/sync-messages
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RefusedForGoodError } from '../keep-looking.js';
import { call } from '../post.js';
import { MOST_ROOM_BYTES, type Room, type RoomPost } from '../room-reader.js';
import { type RocketChatBotOptions, rocketChatHeaders } from './rocketchat-bot.js';
import { rocketChatWaitMs } from './rocketchat-busy.js';

/** So often a server that asks for patience is asked for the same. */
const MOST_TRIES = 3;

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
  /** As a server comes, it answers 10 calls of one kind a minute. */
  readonly everyMs = 10_000;

  constructor(private readonly options: RocketChatBotOptions) {}

  async changedSince(since: string, signal: AbortSignal): Promise<{ posts: RoomPost[]; newest: string }> {
    const { updated } = answered.parse(JSON.parse(await this.ask(since, signal))).result;
    const newest = updated
      .map(({ _updatedAt: at }) => at)
      .reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b), since);
    return { posts: updated.map((one) => this.postOf(one)), newest };
  }

  private async ask(since: string, signal: AbortSignal): Promise<string> {
    const { server, room, allowPrivate } = this.options;
    const query = new URLSearchParams({ roomId: room, lastUpdate: since });
    for (let tries = 1; ; tries++) {
      const answer = await call({
        ...{ method: 'GET', url: `${server}/api/v1/chat.syncMessages?${query}`, body: '', allowPrivate, signal },
        headers: { ...rocketChatHeaders(this.options), 'user-agent': 'offcurve' },
        mostBytes: MOST_ROOM_BYTES,
      });
      const { status, body } = answer;
      if (status === 200) return body;
      if (status === 401) throw new RefusedForGoodError('Rocket.Chat refuses user_id and auth_token');
      if (status !== 429 || tries === MOST_TRIES)
        throw new Error(`Rocket.Chat answered ${status} to chat.syncMessages: ${body.slice(0, 300)}`);
      await sleep(rocketChatWaitMs(answer, Date.now()) ?? this.everyMs, undefined, { signal });
    }
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
