// socket.io namespace /live: pages say what they watch, and are told what changes of it.
import { Inject, type OnModuleDestroy } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { z } from 'zod';
import type { DeviationChange } from '../../alerting/deviation.js';
import type { FamilyLaw } from '../../forecast/laws/family-law.js';
import { lawJson } from '../../forecast/laws/law-json.js';
import type { PointRow } from '../../runs/point-row.js';
import type { RunHeader } from '../../runs/run-header.js';
import { Access, bearerOf } from '../../settings/access.js';
import { LivePush, type RunNews } from '../../watch/live-push.js';
import type { Standings, StoredForecast } from '../../watch/watch-store.js';
import type { LiveConnections } from './live-connections.js';
import { LiveSpan } from './live-span.js';
import { changeJson, forecastJson, pointsJson } from './news-json.js';
import { type Emission, PagesHere } from './pages-here.js';

/** Points are gathered for so long: a page cannot show more than a few changes a second. */
const FLUSH_MS = 200;
/** Of one run at one flush; a page that misses some reads them anew. */
const MOST_ROWS = 500;
const MOST_ROOMS = 64;

const name = z.string().min(1).max(256);
const watchSchema = z.union([
  z.strictObject({ run: name }),
  z.strictObject({ family: name }),
  z.strictObject({ all: z.literal(true) }),
]);

interface Pending {
  header: RunHeader;
  rows: PointRow[];
  standings: Standings | null;
  forecasts: Map<string, StoredForecast>;
}

/**
 * Points and forecasts are passing: a page that does not keep up misses them, and nothing piles up here. Deviations are few and
 * are kept for it.
 */
@WebSocketGateway({ namespace: '/live' })
export class LiveGateway extends LivePush implements OnGatewayInit<Namespace>, OnModuleDestroy {
  @WebSocketServer()
  private readonly live!: Namespace;
  private readonly pending = new Map<string, Pending>();
  private timer: NodeJS.Timeout | null = null;
  private pages: PagesHere | null = null;
  private span: LiveSpan | null = null;

  constructor(@Inject(Access) private readonly access: Access) {
    super();
  }

  afterInit(live: Namespace): void {
    this.pages = new PagesHere(live);
    live.use((socket, next) => next(this.refusalOf(socket)));
    // Nothing is said outside the namespace.
    live.server.of('/').use((_socket, next) => next(new Error('connect to the namespace /live')));
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.pending.clear();
    this.span?.stop();
  }

  /** From now on pages of other instances hear of what happens here, and those here of what happens there. */
  spanInstances(connections: Pick<LiveConnections, 'backlog'>): void {
    if (this.pages) this.span = new LiveSpan(this.live, this.pages, () => connections.backlog);
  }

  /** Pages connect anew, and read again what they show. */
  dropPages(): void {
    for (const socket of this.live?.sockets.values() ?? []) socket.conn.close();
  }

  @SubscribeMessage('watch')
  async watch(@ConnectedSocket() socket: Socket, @MessageBody() body: unknown) {
    const asked = watchSchema.safeParse(body);
    if (!asked.success) return { ok: false, error: 'watch {run: ID}, {family: ID} or {all: true}' };
    if (socket.rooms.size > MOST_ROOMS) return { ok: false, error: `more than ${MOST_ROOMS} things are watched` };
    await socket.join(roomOf(asked.data));
    return { ok: true };
  }

  @SubscribeMessage('unwatch')
  async unwatch(@ConnectedSocket() socket: Socket, @MessageBody() body: unknown) {
    const asked = watchSchema.safeParse(body);
    if (asked.success) await socket.leave(roomOf(asked.data));
    return { ok: asked.success };
  }

  override push(news: readonly RunNews[]): void {
    for (const { header, rows, standings, deviations, forecasts } of news) {
      for (const change of deviations) this.deviation(change);
      let pending = this.pending.get(header.id);
      if (!pending) this.pending.set(header.id, (pending = { header, rows: [], standings, forecasts: new Map() }));
      pending.header = header;
      pending.rows = pending.rows.concat(rows).slice(-MOST_ROWS);
      pending.standings = standings ?? pending.standings;
      for (const forecast of forecasts) pending.forecasts.set(forecast.metric, forecast);
    }
    if (this.pending.size > 0) this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  override deviation(change: DeviationChange): void {
    const { runs, family } = change.deviation;
    this.emit([{ rooms: roomsOf(runs, family), event: 'deviation', body: changeJson(change), passing: false }]);
  }

  /** A new version of a family's law. */
  law(law: FamilyLaw): void {
    this.emit([{ rooms: roomsOf([], law.family), event: 'law', body: lawJson(law), passing: false }]);
  }

  private flush(): void {
    this.timer = null;
    const emissions: Emission[] = [];
    for (const { header, rows, standings, forecasts } of this.pending.values()) {
      const { id, metadata } = header;
      // To put points into words costs as much as to judge them: only where somebody listens.
      const fleet = roomsOf([], metadata.family ?? null);
      if (this.isHeard(fleet)) {
        const newest = pointsJson(header, rows.slice(-1), standings, true);
        emissions.push({ rooms: fleet, event: 'points', body: newest, passing: true });
      }
      const own = [`run:${id}`];
      if (!this.isHeard(own)) continue;
      const all = pointsJson(header, rows, standings, false);
      emissions.push({ rooms: own, event: 'points', body: all, passing: true });
      for (const forecast of forecasts.values())
        emissions.push({ rooms: own, event: 'forecast', body: forecastJson(id, forecast), passing: true });
    }
    this.pending.clear();
    this.emit(emissions);
  }

  /** Whether a page, here or at another instance, is in one of the rooms. */
  private isHeard(rooms: readonly string[]): boolean {
    if (!this.live) return false;
    return rooms.some((room) => this.live.adapter.rooms.has(room)) || (this.span?.isHeard(rooms) ?? false);
  }

  private emit(emissions: readonly Emission[]): void {
    for (const emission of emissions) this.pages?.say(emission);
    this.span?.pass(emissions);
  }

  /** The token comes in `auth.token`, or as the header where the client can set one. */
  private refusalOf(socket: Socket): Error | undefined {
    const { auth, headers } = socket.handshake;
    const token = typeof auth.token === 'string' ? auth.token : bearerOf(headers.authorization);
    const caller = this.access.callerOf(token);
    if (caller === null) return new Error('a token is needed: pass auth: { token }');
    return caller.scopes.has('read') ? undefined : new Error(`the token "${caller.name}" lacks the scope read`);
  }
}

const roomOf = (asked: z.infer<typeof watchSchema>): string =>
  'run' in asked ? `run:${asked.run}` : 'family' in asked ? `family:${asked.family}` : 'all';

const roomsOf = (runs: readonly string[], family: string | null): string[] => [
  'all',
  ...runs.map((run) => `run:${run}`),
  ...(family === null ? [] : [`family:${family}`]),
];
