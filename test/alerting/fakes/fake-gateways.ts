// The gateways over which services tell what people do, as documented: Discord's gateway (v10) and Slack's Socket Mode.
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

abstract class FakeGateway {
  url = '';
  protected socket: WebSocket | null = null;
  protected port = 0;
  private server: Server | null = null;
  private sockets: WebSocketServer | null = null;
  /** Connections so far. */
  connections = 0;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const { status, headers, body } = this.answer(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
    this.sockets = new WebSocketServer({ server: this.server });
    this.sockets.on('connection', (socket) => {
      this.connections++;
      this.socket = socket;
      socket.on('message', (data: Buffer) => this.heard(JSON.parse(data.toString('utf8')), socket));
      this.greet(socket);
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.sockets?.clients.forEach((socket) => socket.terminate());
    this.sockets?.close();
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** The network breaks. */
  drop(): void {
    this.socket?.terminate();
    this.socket = null;
  }

  protected say(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  protected abstract answer(request: IncomingMessage): {
    status: number;
    body: object;
    headers?: Record<string, string>;
  };
  protected abstract greet(socket: WebSocket): void;
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes over the wire */
  protected abstract heard(message: any, socket: WebSocket): void;
}

/** https://docs.discord.com/developers/events/gateway */
export class FakeDiscordGateway extends FakeGateway {
  readonly token = 'bot-good';
  /** Whether the bot's settings allow it to read messages. */
  privileged = true;
  heartbeats = 0;
  resumed = 0;
  private events: { op: 0; t: string; s: number; d: object }[] = [];
  private seq = 0;
  private session: string | null = null;

  /** Something happens in the channel, whether or not anybody listens. */
  dispatch(t: string, d: object): void {
    const event = { op: 0 as const, t, s: ++this.seq, d };
    this.events.push(event);
    this.say(event);
  }

  /** What stands in the channel, the oldest first, each with who put which sign to it. */
  readonly standing: (Record<string, unknown> & { id: string; signs?: Record<string, object[]> })[] = [];
  /** Questions about the channel are refused once for so many seconds. */
  busy: number | null = null;

  hook(): string {
    return `${this.url}/webhooks/1/secret`;
  }

  protected answer({ url, headers }: IncomingMessage) {
    if (url === '/webhooks/1/secret') return { status: 200, body: { id: '1', channel_id: '9' } };
    if (url?.startsWith('/channels/9/messages')) return this.history(url, headers.authorization);
    if (url !== '/gateway/bot') return { status: 404, body: {} };
    if (headers.authorization !== `Bot ${this.token}`) return { status: 401, body: { message: '401: Unauthorized' } };
    return { status: 200, body: { url: `ws://127.0.0.1:${this.port}`, shards: 1 } };
  }

  /** https://docs.discord.com/developers/resources/message: a page of at most 100 behind an id, the newest first. */
  private history(path: string, token: string | undefined) {
    if (token !== `Bot ${this.token}`) return { status: 401, body: {} };
    if (this.busy !== null) {
      const seconds = this.busy;
      this.busy = null;
      return { status: 429, headers: { 'retry-after': String(seconds) }, body: { retry_after: seconds } };
    }
    const { pathname, searchParams: query } = new URL(path, this.url);
    const [, id, emoji] = /messages\/(\d+)\/reactions\/(.+)$/.exec(pathname) ?? [];
    const users = this.standing.find((message) => message.id === id)?.signs?.[decodeURIComponent(emoji ?? '')];
    if (id !== undefined) return { status: 200, body: users ?? [] };
    const limit = Math.min(100, Number(query.get('limit') ?? 50));
    const behind = this.standing.filter((message) => BigInt(message.id) > BigInt(query.get('after') ?? 0));
    const body = behind.slice(0, limit).map(({ signs, ...message }) => ({
      ...message,
      ...(signs ? { reactions: Object.keys(signs).map((name) => ({ emoji: { id: null, name } })) } : {}),
    }));
    return { status: 200, body: body.reverse() };
  }

  protected greet(): void {
    this.say({ op: 10, d: { heartbeat_interval: 50 }, s: null, t: null });
  }

  protected heard(
    { op, d }: { op: number; d: { token: string; intents: number; session_id: string; seq: number } },
    socket: WebSocket,
  ): void {
    if (op === 1) {
      this.heartbeats++;
      return this.say({ op: 11, d: null, s: null, t: null });
    }
    if (d.token !== this.token) return socket.close(4004);
    if (op === 2) {
      const [messages, reactions, content] = [1 << 9, 1 << 10, 1 << 15];
      if (!this.privileged && d.intents & content) return socket.close(4014);
      if (!(d.intents & messages) || !(d.intents & reactions)) return socket.close(4013);
      this.session = `session-${this.connections}`;
      return this.dispatch('READY', { session_id: this.session, resume_gateway_url: `ws://127.0.0.1:${this.port}` });
    }
    if (d.session_id !== this.session) return this.say({ op: 9, d: false, s: null, t: null });
    this.resumed++;
    this.events.filter(({ s }) => s > d.seq).forEach((event) => this.say(event));
    this.dispatch('RESUMED', {});
  }
}

/** https://docs.slack.dev/apis/events-api/using-socket-mode */
export class FakeSlackSocket extends FakeGateway {
  readonly token = 'xapp-good';
  readonly acknowledged: string[] = [];
  private count = 0;

  send(type: 'interactive' | 'events_api', payload: object): string {
    const envelope_id = `envelope-${++this.count}`;
    this.say({ type, envelope_id, payload, accepts_response_payload: type === 'interactive' });
    return envelope_id;
  }

  /** It moves the connection elsewhere. */
  disconnect(): void {
    this.say({ type: 'disconnect', reason: 'refresh_requested' });
  }

  /** What stands in the channel C1, by the message's time. */
  readonly standing = new Map<string, { reactions: { name: string; users: string[] }[]; replies: { ts: string }[] }>();
  readonly botToken = 'xoxb-good';
  /** Whether the bot may read reactions and replies. */
  mayRead = true;
  /** The next question about a message is refused for so many seconds. */
  busy: number | null = null;

  /** https://docs.slack.dev/reference/methods/reactions.get, https://docs.slack.dev/reference/methods/conversations.replies */
  private stands(path: string, token: string | undefined) {
    if (this.busy !== null) {
      const seconds = this.busy;
      this.busy = null;
      return { status: 429, headers: { 'retry-after': String(seconds) }, body: { ok: false, error: 'ratelimited' } };
    }
    const { pathname, searchParams: query } = new URL(path, this.url);
    const refused = (error: string) => ({ status: 200, body: { ok: false, error } });
    if (token !== `Bearer ${this.botToken}`) return refused('invalid_auth');
    if (!this.mayRead) return refused('missing_scope');
    if (query.get('channel') !== 'C1') return refused('channel_not_found');
    const ts = query.get('timestamp') ?? query.get('ts') ?? '';
    const found = this.standing.get(ts);
    if (!found) return refused(pathname === '/reactions.get' ? 'message_not_found' : 'thread_not_found');
    if (pathname === '/reactions.get')
      return { status: 200, body: { ok: true, type: 'message', message: { ts, reactions: found.reactions } } };
    const oldest = Number(query.get('oldest') ?? 0);
    const parent = { ts, thread_ts: ts, user: 'U0', bot_id: 'B1', text: 'lost 12 %' };
    const messages = [parent, ...found.replies.filter((reply) => Number(reply.ts) > oldest)];
    return { status: 200, body: { ok: true, messages, has_more: false } };
  }

  protected answer({ url, method, headers }: IncomingMessage) {
    if (/^\/(reactions\.get|conversations\.replies)\?/.test(url ?? '')) return this.stands(url!, headers.authorization);
    if (url !== '/apps.connections.open' || method !== 'POST') return { status: 404, body: {} };
    if (headers.authorization !== `Bearer ${this.token}`)
      return { status: 200, body: { ok: false, error: 'invalid_auth' } };
    return { status: 200, body: { ok: true, url: `ws://127.0.0.1:${this.port}/link?ticket=1` } };
  }

  protected greet(): void {
    this.say({ type: 'hello', num_connections: 1 });
  }

  protected heard({ envelope_id: id }: { envelope_id: string }): void {
    this.acknowledged.push(id);
  }
}
