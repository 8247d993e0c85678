// Pages of this instance: what is said to them, and which of them do not keep up.
import type { Namespace, Socket } from 'socket.io';

/** One event for whoever is in one of the rooms. */
export interface Emission {
  rooms: readonly string[];
  event: 'points' | 'forecast' | 'law' | 'deviation';
  body: unknown;
  /** A page that does not keep up misses it. */
  passing: boolean;
}

/** A page that has not taken all that was said to it for so long does not keep up. */
const BEHIND_MS = 1000;

/**
 * socket.io's own `volatile` asks whether a socket is free at this very moment, which after the first of several events at once
 * it never is: the others would be lost to every page.
 */
export class PagesHere {
  /** By page that has not taken everything yet, since when (ms). */
  private readonly behind = new Map<string, number>();

  constructor(
    private readonly live: Namespace,
    private readonly clock: () => number = Date.now,
  ) {
    live.on('connection', (socket: Socket) => this.follow(socket));
  }

  say({ rooms, event, body, passing }: Emission): void {
    const there = this.live.local.to([...rooms]);
    // Each page has a room of its own name as well.
    (passing ? there.except(this.late()) : there).emit(event, body);
  }

  private late(): string[] {
    const until = this.clock() - BEHIND_MS;
    return [...this.behind].filter(([, since]) => since < until).map(([id]) => id);
  }

  private follow(socket: Socket): void {
    const { id, conn } = socket;
    const waits = (): void => {
      if (!this.behind.has(id)) this.behind.set(id, this.clock());
    };
    const taken = (): void => void this.behind.delete(id);
    conn.on('packetCreate', waits);
    conn.on('drain', taken);
    socket.on('disconnect', () => {
      conn.off('packetCreate', waits);
      conn.off('drain', taken);
      taken();
    });
  }
}
