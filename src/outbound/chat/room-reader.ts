// Asks a service again and again what has changed in a room, for services that are asked: signs on our messages, replies in their threads.
import type { ChannelPlaces } from '../../alerting/channel-places.js';
import { actionOfReply, actionOfShortName } from '../../alerting/chat-command.js';
import type { FoundWord } from '../../alerting/missed-words.js';
import { KeepLooking, rest } from './keep-looking.js';
import { type Listener, type ListenerParts, carryOut, carryOutMissed } from './listener.js';

export interface RoomPost {
  id: string;
  /** The message whose thread it stands in; null: it stands in the room itself. */
  root: string | null;
  text: string;
  /** When it was written, by the service's clock (ms). */
  at: number;
  /** The name of who wrote it; null: a program, we among them. */
  author: string | null;
  /** Who put which sign to it: names as in `actionOfShortName`. */
  signs: { name: string; actor: string }[];
}

/** One room, as its service lets it be read. */
export interface Room {
  /** How long to rest between two looks, by what the service answers. */
  readonly everyMs: number;
  /**
   * What has changed behind `since`, in any order, and when the newest of it did. Times are of the service's clock, as ISO
   * 8601.
   *
   * @throws RefusedForGoodError where another try would fail again
   */
  changedSince(since: string, signal: AbortSignal): Promise<{ posts: RoomPost[]; newest: string }>;
}

/**
 * Runs until stopped or refused. How far the room was read is kept after what stood before it was carried out: what is said
 * while nobody listens is read later. The first time it begins with the present.
 */
export class RoomReader implements Listener {
  private readonly looking = new KeepLooking(
    () => this.look(),
    (error) => this.parts.onError(error),
  );

  constructor(
    private readonly parts: ListenerParts,
    readonly room: Room,
    private readonly places: ChannelPlaces,
    private readonly everyMs = room.everyMs,
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
    const { posts, newest } = await this.room.changedSince(since, this.looking.signal);
    for (const post of posts.toSorted((a, b) => a.at - b.at)) await this.take(post, Date.parse(since));
    if (newest !== since) await this.places.save(this.parts.channel, newest);
  }

  private async take({ id, root, text, at, author, signs }: RoomPost, since: number): Promise<void> {
    // One that has changed since it was read asks for nothing anew.
    if (root !== null && author !== null && at > since)
      await carryOut(this.parts, root, actionOfReply(text, at), author);
    const found = signs.flatMap(({ name, actor }): FoundWord[] => {
      const action = actionOfShortName(name, Date.now());
      return action === null ? [] : [{ action, actor, at: null }];
    });
    if (found.length === 0) return;
    // A message comes again each time it changes, with all its signs.
    const open = (await this.parts.outbox.openMessages(this.parts.channel)).find(({ ids }) => ids.includes(id));
    if (open) await carryOutMissed(this.parts, open, found);
  }
}
