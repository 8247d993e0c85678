// Reads a Matrix room by /sync and carries out what people say about our messages there.
// https://spec.matrix.org/v1.11/client-server-api/#syncing
import type { ChannelPlaces } from '../../../alerting/channel-places.js';
import type { HandlingAction } from '../../../alerting/handle-deviation.js';
import type { OutboxStore } from '../../../alerting/outbox-store.js';
import { KeepLooking } from '../keep-looking.js';
import { call } from '../post.js';
import type { MatrixOptions } from './matrix-channel.js';
import { type MatrixEvent, wordOf } from './matrix-words.js';

/** How long the server may keep a request open while nothing happens. */
const POLL_MS = 30_000;
/** On top of that for the answer itself. */
const PATIENCE_MS = 15_000;
/** Events in one answer; those before them are asked for by themselves. */
const MOST_EVENTS = 100;

export interface MatrixListenerParts {
  /** The channel's name. */
  channel: string;
  options: MatrixOptions;
  places: ChannelPlaces;
  outbox: Pick<OutboxStore, 'deviationOf'>;
  /** Carries out what somebody asked for; asking twice changes nothing the second time. */
  handle: (deviation: string, action: HandlingAction, actor: string) => Promise<unknown>;
  onError: (error: unknown) => void;
}

interface SyncAnswer {
  next_batch: string;
  rooms?: { join?: Record<string, { timeline: { events: MatrixEvent[]; limited?: boolean; prev_batch?: string } }> };
}

/**
 * Runs until stopped. The place in the room is kept after what stood before it was carried out: a crash in between reads
 * it again. The first time it begins with the present.
 */
export class MatrixListener {
  private readonly looking = new KeepLooking(
    () => this.look(),
    (error) => this.parts.onError(error),
  );
  private self: string | null = null;

  constructor(private readonly parts: MatrixListenerParts) {}

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  /** One answer of the server, read and carried out. */
  private async look(): Promise<void> {
    const { channel, options, places } = this.parts;
    this.self ??= (await this.ask<{ user_id: string }>('/_matrix/client/v3/account/whoami')).user_id;
    const since = await places.load(channel);
    const query = new URLSearchParams({
      filter: JSON.stringify(filterFor(options.room)),
      timeout: String(since === null ? 0 : POLL_MS),
      ...(since === null ? {} : { since }),
    });
    const answer = await this.ask<SyncAnswer>(`/_matrix/client/v3/sync?${query}`);
    const timeline = answer.rooms?.join?.[options.room]?.timeline;
    if (since !== null && timeline) {
      const missed = timeline.limited && timeline.prev_batch ? await this.between(timeline.prev_batch, since) : [];
      for (const event of [...missed, ...timeline.events]) await this.take(event);
    }
    if (answer.next_batch !== since) await places.save(channel, answer.next_batch);
  }

  /** Events before `from` back to `to`, the oldest first. */
  private async between(from: string, to: string): Promise<MatrixEvent[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(this.parts.options.room)}/messages`;
    const events: MatrixEvent[] = [];
    for (let end: string | undefined = from; end !== undefined;) {
      const query = new URLSearchParams({ dir: 'b', from: end, to, limit: String(MOST_EVENTS) });
      const page: { chunk: MatrixEvent[]; end?: string } = await this.ask(`${path}?${query}`);
      events.push(...page.chunk);
      end = page.chunk.length === 0 ? undefined : page.end;
    }
    return events.reverse();
  }

  private async take(event: MatrixEvent): Promise<void> {
    const word = wordOf(event, this.self!);
    if (word === null) return;
    const deviation = await this.parts.outbox.deviationOf(this.parts.channel, word.about);
    if (deviation !== null) await this.parts.handle(deviation, word.action, word.actor);
  }

  private async ask<T>(path: string): Promise<T> {
    const { homeserver, accessToken, allowPrivate } = this.parts.options;
    const { status, body } = await call({
      method: 'GET',
      url: `${homeserver.replace(/\/$/, '')}${path}`,
      headers: { 'user-agent': 'offcurve', authorization: `Bearer ${accessToken}` },
      body: '',
      allowPrivate,
      timeoutMs: POLL_MS + PATIENCE_MS,
      signal: this.looking.signal,
    });
    if (status !== 200)
      throw new Error(`the Matrix server answered ${status} to ${path.split('?')[0]}: ${body.slice(0, 300)}`);
    return JSON.parse(body) as T;
  }
}

/** Reactions and messages of one room, and nothing else of the account. */
const filterFor = (room: string): object => ({
  presence: { types: [] },
  account_data: { types: [] },
  room: {
    rooms: [room],
    state: { types: [] },
    ephemeral: { types: [] },
    account_data: { types: [] },
    timeline: { types: ['m.reaction', 'm.room.message'], limit: MOST_EVENTS },
  },
});
