// Asks a service again and again what has changed in a room, for services that are asked: signs on our messages, replies in their threads.
import { carryOutOnce } from '../../alerting/carry-out-once.js';
import type { ChannelPlaces } from '../../alerting/channel-places.js';
import type { ChatRequests } from '../../alerting/chat-requests.js';
import { actionOfReply, actionOfShortName } from '../../alerting/chat-command.js';
import type { FoundWord } from '../../alerting/missed-words.js';
import { KeepLooking, rest } from './keep-looking.js';
import { type Listener, type ListenerParts, carryOut, carryOutMissed } from './listener.js';

/** A server may show a post under an older time than one that was read before: so much of what was read is read again. */
const OVERLAP_MS = 60_000;
/** In a silent room the overlap may be read again long after: longer than what a reply does is likely to stand. */
const REMEMBERED_MS = 90 * 86_400_000;

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
   * 8601. `whole` is false where the service would not list it all, and it had to be gathered at a cost.
   *
   * @throws RefusedForGoodError where another try would fail again
   */
  changedSince(since: string, signal: AbortSignal): Promise<RoomChanges>;
}

export interface RoomChanges {
  posts: RoomPost[];
  newest: string;
  whole: boolean;
}

/** What outlives the process. */
export interface RoomMemory {
  places: ChannelPlaces;
  /** The replies that were carried out. */
  requests: ChatRequests;
}

/**
 * Runs until stopped or refused. From where the room is read the next time is kept after what stood before it was carried
 * out: what is said while nobody listens is read later, and the newest minute again. The first time it begins with the
 * present.
 */
export class RoomReader implements Listener {
  private readonly looking = new KeepLooking(
    () => this.look(),
    (error) => this.parts.onError(error),
  );
  /** What the last look brought and was taken: it need not be asked about again. */
  private taken: ReadonlySet<string> = new Set();

  constructor(
    private readonly parts: ListenerParts,
    readonly room: Room,
    private readonly memory: RoomMemory,
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
    const { places } = this.memory;
    const since = await places.load(channel);
    if (since === null) await places.save(channel, new Date().toISOString());
    else await this.read(since);
    await rest(this.everyMs, this.looking.signal);
  }

  private async read(since: string): Promise<void> {
    const { posts, newest, whole } = await this.room.changedSince(since, this.looking.signal);
    const from = Date.parse(since);
    const taken = new Set<string>();
    for (const post of posts.toSorted((a, b) => a.at - b.at)) {
      const { id, text, signs } = post;
      const content = JSON.stringify([id, text, signs]);
      if (!this.taken.has(content)) await this.take(post, from);
      taken.add(content);
    }
    this.taken = taken;
    const next = Math.max(from, Date.parse(newest) - (whole ? OVERLAP_MS : 0));
    if (next > from) await this.memory.places.save(this.parts.channel, new Date(next).toISOString());
  }

  private async take(post: RoomPost, since: number): Promise<void> {
    // One that has changed since it was read asks for nothing anew.
    if (post.at > since) await this.takeReply(post);
    const found = post.signs.flatMap(({ name, actor }): FoundWord[] => {
      const action = actionOfShortName(name, Date.now());
      return action === null ? [] : [{ action, actor, at: null }];
    });
    if (found.length === 0) return;
    // A message comes again each time it changes, with all its signs.
    const open = (await this.parts.outbox.openMessages(this.parts.channel)).find(({ ids }) => ids.includes(post.id));
    if (open) await carryOutMissed(this.parts, open, found);
  }

  private async takeReply({ id, root, text, at, author }: RoomPost): Promise<void> {
    const action = actionOfReply(text, at);
    if (root === null || author === null || action === null) return;
    const { parts, memory, looking } = this;
    const request = { id: `room/${parts.channel}/${id}`, rememberedMs: REMEMBERED_MS };
    await carryOutOnce(memory.requests, request, () => carryOut(parts, root, action, author), looking.signal);
  }
}
