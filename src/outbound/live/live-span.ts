// Pages of other instances: which rooms they watch, so that only what somebody looks at is passed on to them.
import type { Namespace } from 'socket.io';
import type { Emission, PagesHere } from './pages-here.js';

/** Others hear anew of our rooms so often; they count on them for three times as long. */
const TELL_MS = 10_000;
const TRUST_MS = 3 * TELL_MS;
/** Messages are packed up to this size, so that hardly any needs more than a notification. */
const PACK_BYTES = 7_000;
/** Where the database is slow, points are left out: pages see the gap and read them. */
const MOST_WAITING = 200;

const NEWS = 'news';
const WATCHING = 'watching';
const ASKING = 'asking';

export class LiveSpan {
  /** Until when (ms) another instance has pages in a room. */
  private readonly wanted = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly live: Namespace,
    pages: PagesHere,
    private readonly backlog: () => number,
    private readonly clock: () => number = Date.now,
  ) {
    live.on(NEWS, (news: Emission[]) => news.forEach((emission) => pages.say(emission)));
    live.on(WATCHING, (rooms: string[]) => rooms.forEach((room) => this.wanted.set(room, clock() + TRUST_MS)));
    live.on(ASKING, () => this.tell());
    live.adapter.on('create-room', (room: string) => isOurs(room) && this.live.serverSideEmit(WATCHING, [room]));
    this.timer = setInterval(() => this.tell(), TELL_MS);
    this.timer.unref();
    live.serverSideEmit(ASKING);
  }

  /** Passes on what pages elsewhere watch, in the order given. */
  pass(emissions: readonly Emission[]): void {
    const isBusy = this.backlog() > MOST_WAITING;
    const news = emissions.filter(({ rooms, passing }) => !(passing && isBusy) && this.isHeard(rooms));
    for (const pack of packed(news)) this.live.serverSideEmit(NEWS, pack);
  }

  /** Whether pages elsewhere watch one of the rooms. */
  isHeard(rooms: readonly string[]): boolean {
    const now = this.clock();
    return rooms.some((room) => (this.wanted.get(room) ?? 0) > now);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    for (const [room, until] of this.wanted) if (until < this.clock()) this.wanted.delete(room);
    const rooms = [...this.live.adapter.rooms.keys()].filter(isOurs);
    for (const pack of packed(rooms)) this.live.serverSideEmit(WATCHING, pack);
  }
}

/** Each socket has a room of its own name as well. */
const isOurs = (room: string): boolean => room === 'all' || room.startsWith('run:') || room.startsWith('family:');

function packed<T>(items: readonly T[]): T[][] {
  const packs: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes + size > PACK_BYTES) {
      packs.push([]);
      bytes = 0;
    }
    packs.at(-1)!.push(item);
    bytes += size;
  }
  return packs;
}
