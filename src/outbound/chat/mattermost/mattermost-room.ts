// What has changed in a Mattermost channel: posts, replies, and reactions with the names of who put them.
// https://developers.mattermost.com/api-documentation/#/operations/GetPostsForChannel
import { z } from 'zod';
import { type AskedService, askRoom } from '../ask-room.js';
import type { ListenerParts } from '../listener.js';
import type { Room, RoomChanges, RoomPost } from '../room-reader.js';
import { type MattermostBotOptions, mattermostHeaders, mattermostUrl, mattermostWaitMs } from './mattermost-api.js';

/** With `since` the server gives so many at most, and does not say which it leaves out. */
const MOST_POSTS = 1_000;
const DEFAULT_WAIT_MS = 5_000;
const MATTERMOST: AskedService = {
  ...{ name: 'Mattermost', refusal: 'Mattermost refuses the token of the bot', mostTries: 5 },
  waitMs: (answer) => mattermostWaitMs(answer, Date.now()) ?? DEFAULT_WAIT_MS,
};

const post = z.object({
  ...{ id: z.string(), user_id: z.string(), root_id: z.string().default(''), message: z.string().default('') },
  ...{ create_at: z.number(), update_at: z.number(), delete_at: z.number().default(0) },
  props: z.object({ from_bot: z.unknown(), from_webhook: z.unknown() }).partial().nullish(),
  metadata: z
    .object({ reactions: z.array(z.object({ user_id: z.string(), emoji_name: z.string() })).nullish() })
    .nullish(),
});
type Post = z.infer<typeof post>;
const posts = z.object({ posts: z.record(z.string(), post) });
const users = z.array(z.object({ id: z.string(), username: z.string() }));
const user = z.object({ id: z.string() });

export class MattermostRoom implements Room {
  /** A twentieth of the calls that a server answers as it comes. */
  readonly everyMs = 2_000;
  private self: string | null = null;
  private readonly names = new Map<string, string>();

  constructor(
    private readonly options: MattermostBotOptions,
    private readonly parts: Pick<ListenerParts, 'channel' | 'outbox'>,
  ) {}

  async changedSince(since: string, signal: AbortSignal): Promise<RoomChanges> {
    this.self ??= user.parse(await this.ask('GET', '/users/me', signal)).id;
    const from = Date.parse(since);
    const path = `/channels/${this.options.channel}/posts?since=${from}`;
    // The roots of threads come along, also those that have not changed.
    let changed = Object.values(posts.parse(await this.ask('GET', path, signal)).posts).filter(
      ({ update_at: at }) => at > from,
    );
    const whole = changed.length < MOST_POSTS;
    if (!whole) changed = [...changed, ...(await this.threads(signal))];
    const newest = changed.reduce((latest, { update_at: at }) => Math.max(latest, at), from);
    const standing = new Map(changed.flatMap((one) => (one.delete_at > 0 ? [] : [[one.id, one] as const])));
    const people = await this.peopleOf([...standing.values()], signal);
    return { posts: people, newest: newest === from ? since : new Date(newest).toISOString(), whole };
  }

  /** All that stands about our open posts, whatever the list left out. */
  private async threads(signal: AbortSignal): Promise<Post[]> {
    const all: Post[] = [];
    const { channel, outbox } = this.parts;
    for (const { ids } of await outbox.openMessages(channel)) {
      const thread = await this.ask('GET', `/posts/${ids[0]!}/thread`, signal, undefined, [403, 404]);
      if (thread !== null) all.push(...Object.values(posts.parse(thread).posts));
    }
    return all;
  }

  private async peopleOf(found: readonly Post[], signal: AbortSignal): Promise<RoomPost[]> {
    const isPerson = ({ user_id: id, props }: Post): boolean =>
      id !== this.self && !props?.from_bot && !props?.from_webhook;
    const signsOf = ({ metadata }: Post) => (metadata?.reactions ?? []).filter(({ user_id: id }) => id !== this.self);
    const authors = found.filter((one) => one.root_id !== '' && isPerson(one)).map(({ user_id: id }) => id);
    await this.learn([...authors, ...found.flatMap(signsOf).map(({ user_id: id }) => id)], signal);
    const nameOf = (id: string): string => this.names.get(id) ?? id;
    return found.map((one) => ({
      ...{ id: one.id, root: one.root_id || null, text: one.message, at: one.create_at },
      author: isPerson(one) ? nameOf(one.user_id) : null,
      signs: signsOf(one).map(({ emoji_name: name, user_id: id }) => ({ name, actor: nameOf(id) })),
    }));
  }

  /** Posts and reactions name their people by id only. */
  private async learn(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.names.has(id));
    if (unknown.length === 0) return;
    for (const { id, username } of users.parse(await this.ask('POST', '/users/ids', signal, unknown)))
      this.names.set(id, username);
  }

  /** Null where the answer is one of `unless`. */
  private async ask(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: unknown,
    unless: readonly number[] = [],
  ): Promise<unknown> {
    const { options } = this;
    const answer = await askRoom(
      MATTERMOST,
      {
        ...{ method, url: mattermostUrl(options, path), allowPrivate: options.allowPrivate, signal },
        body: body === undefined ? '' : JSON.stringify(body),
        headers: { ...mattermostHeaders(options), 'content-type': 'application/json' },
      },
      unless,
    );
    return answer.status === 200 ? JSON.parse(answer.body) : null;
  }
}
