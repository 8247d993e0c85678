// Asks a Rocket.Chat server what has changed in the room: reactions to our messages and replies in their threads.
// https://developer.rocket.chat/apidocs/sync-messages
import { z } from 'zod';
import type { ChannelPlaces } from '../../../alerting/channel-places.js';
import { actionOfReaction, actionOfReply } from '../../../alerting/chat-command.js';
import type { FoundWord } from '../../../alerting/missed-words.js';
import { KeepLooking, RefusedForGoodError, rest } from '../keep-looking.js';
import { type Listener, type ListenerParts, carryOut, carryOutMissed } from '../listener.js';
import { call } from '../post.js';
import { type RocketChatBotOptions, rocketChatHeaders } from './rocketchat-bot.js';

/** As the server comes, it answers 10 calls of one kind a minute. */
const EVERY_MS = 10_000;

const message = z.object({
  _id: z.string(),
  msg: z.string().default(''),
  ts: z.string(),
  _updatedAt: z.string(),
  u: z.object({ _id: z.string(), username: z.string() }),
  tmid: z.string().optional(),
  reactions: z.record(z.string(), z.object({ usernames: z.array(z.string()) })).optional(),
});
type RoomMessage = z.infer<typeof message>;
const answered = z.object({ result: z.object({ updated: z.array(message) }) });

/** As Rocket.Chat names the signs. */
const EMOJI: Readonly<Record<string, string>> = {
  ':eyes:': '👀',
  ':zzz:': '💤',
  ':white_check_mark:': '✅',
  ':x:': '❌',
};

/**
 * Runs until stopped or refused. How far the room was read is kept after what stood before it was carried out: what is said
 * while nobody listens is read later. The first time it begins with the present.
 */
export class RocketChatListener implements Listener {
  private readonly looking = new KeepLooking(
    () => this.look(),
    (error) => this.parts.onError(error),
  );

  constructor(
    private readonly parts: ListenerParts,
    private readonly options: RocketChatBotOptions,
    private readonly places: ChannelPlaces,
    private readonly everyMs = EVERY_MS,
  ) {}

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const { channel } = this.parts;
    const since = await this.places.load(channel);
    if (since === null) await this.places.save(channel, new Date().toISOString());
    else await this.read(since);
    await rest(this.everyMs, this.looking.signal);
  }

  private async read(since: string): Promise<void> {
    const changed = (await this.changedSince(since)).sort((a, b) => Date.parse(a.ts) - Date.parse(b.ts));
    for (const one of changed) await this.take(one, since);
    const newest = changed
      .map(({ _updatedAt: at }) => at)
      .reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b), since);
    if (newest !== since) await this.places.save(this.parts.channel, newest);
  }

  private async take({ _id: id, msg, ts, u, tmid, reactions }: RoomMessage, since: string): Promise<void> {
    const at = Date.parse(ts);
    // One that has changed since it was read asks for nothing anew.
    if (tmid !== undefined && u._id !== this.options.userId && at > Date.parse(since))
      await carryOut(this.parts, tmid, actionOfReply(msg, at), u.username);
    if (reactions === undefined) return;
    // A message comes again each time it changes, with all its signs.
    const open = (await this.parts.outbox.openMessages(this.parts.channel)).find(({ ids }) => ids.includes(id));
    if (open) await carryOutMissed(this.parts, open, Object.entries(reactions).flatMap(wordsOf));
  }

  private async changedSince(since: string): Promise<RoomMessage[]> {
    const { server, room, allowPrivate } = this.options;
    const query = new URLSearchParams({ roomId: room, lastUpdate: since });
    const { status, body } = await call({
      ...{ method: 'GET', url: `${server}/api/v1/chat.syncMessages?${query}`, body: '', allowPrivate },
      headers: { ...rocketChatHeaders(this.options), 'user-agent': 'offcurve' },
      signal: this.looking.signal,
    });
    if (status === 401) throw new RefusedForGoodError('Rocket.Chat refuses user_id and auth_token');
    if (status !== 200) throw new Error(`Rocket.Chat answered ${status} to chat.syncMessages: ${body.slice(0, 300)}`);
    return answered.parse(JSON.parse(body)).result.updated;
  }
}

function wordsOf([name, { usernames }]: [string, { usernames: string[] }]): FoundWord[] {
  const action = actionOfReaction(EMOJI[name] ?? '', Date.now());
  return action === null ? [] : usernames.map((actor) => ({ action, actor, at: null }));
}
