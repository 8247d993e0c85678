// Rocket.Chat's incoming webhooks: https://docs.rocket.chat/docs/integrations, with the server's default limits.
import type { AttachmentPost } from './fake-mattermost.js';
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

/** Message_MaxAllowedSize, as it comes. */
const LARGEST = 5_000;

export interface RoomMessage {
  _id: string;
  msg: string;
  ts: string;
  _updatedAt: string;
  u: { _id: string; username: string };
  tmid?: string;
  reactions?: Record<string, { usernames: string[] }>;
}

export class FakeRocketChat extends FakeService {
  protected override readonly limits = [{ most: 10, perMs: 60_000 }];
  readonly posts: AttachmentPost[] = [];

  hook(): string {
    return `${this.url}/hooks/65f0/token`;
  }

  /** https://docs.rocket.chat/docs/rate-limiter: of each endpoint by itself. */
  protected override kindOf({ path }: FakeRequest): string {
    return path;
  }

  /** Says the wait only in words. */
  protected tooMany(seconds: number): FakeAnswer {
    const error = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
    return { status: 429, body: { success: false, error } };
  }

  readonly userId = 'bot1';
  readonly authToken = 'good-token';
  readonly room = 'ROOM';
  /** What stands in the room, by id. */
  readonly messages = new Map<string, RoomMessage>();

  /** Somebody says something in the room, or a sign is put to a message. */
  happen(id: string, parts: Partial<RoomMessage>): void {
    const before = this.messages.get(id) ?? {
      _id: id,
      msg: '',
      ts: new Date().toISOString(),
      u: { _id: 'p', username: 'p' },
    };
    this.messages.set(id, { ...before, ...parts, _updatedAt: new Date().toISOString() } as RoomMessage);
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (request.path.startsWith('/api/v1/')) return this.asked(request);
    if (request.path !== '/hooks/65f0/token')
      return { status: 404, body: { success: false, error: 'Invalid integration id or token provided.' } };
    const post = jsonOf<AttachmentPost>(request);
    if (post === null || (!post.text && !post.attachments?.length))
      return { status: 400, body: { success: false, error: 'body-with-text-or-attachments-required' } };
    if ((post.text ?? '').length > LARGEST)
      return { status: 400, body: { success: false, error: 'error-message-size-exceeded' } };
    this.posts.push(post);
    return { status: 200, body: { success: true } };
  }

  /** https://developer.rocket.chat/apidocs/chat */
  private asked(request: FakeRequest): FakeAnswer {
    const { headers, path, query } = request;
    if (headers['x-user-id'] !== this.userId || headers['x-auth-token'] !== this.authToken)
      return { status: 401, body: { status: 'error', message: 'You must be logged in to do this.' } };
    const refused = (error: string): FakeAnswer => ({ status: 400, body: { success: false, error } });
    if (path === '/api/v1/me') return { status: 200, body: { success: true, _id: this.userId } };
    if (path === '/api/v1/chat.syncMessages') {
      const [room, since] = [query.get('roomId'), query.get('lastUpdate') ?? ''];
      if (room !== this.room) return refused('The required "roomId" query param is missing or wrong.');
      if (Number.isNaN(Date.parse(since))) return refused('The "lastUpdate" query parameter must be a valid date.');
      const updated = [...this.messages.values()].filter((one) => Date.parse(one._updatedAt) > Date.parse(since));
      return { status: 200, body: { success: true, result: { updated, deleted: [] } } };
    }
    const post = jsonOf<AttachmentPost & { roomId?: string; msgId?: string; tmid?: string }>(request);
    if (post?.roomId !== this.room) return refused('error-room-not-found');
    if (!post.text) return refused('The bodyParam "text" is required.');
    if (post.text.length > LARGEST) return refused('error-message-size-exceeded');
    const u = { _id: this.userId, username: 'offcurve' };
    if (path === '/api/v1/chat.update') {
      if (!this.messages.has(post.msgId ?? '')) return refused(`No message found with the id of "${post.msgId}".`);
      this.happen(post.msgId!, { msg: post.text });
      return { status: 200, body: { success: true } };
    }
    if (path !== '/api/v1/chat.postMessage') return { status: 404, body: { success: false } };
    const _id = `m${this.messages.size + 1}`;
    this.happen(_id, { msg: post.text, u, ...(post.tmid ? { tmid: post.tmid } : {}) });
    if (post.tmid === undefined) this.posts.push(post);
    return { status: 200, body: { success: true, channel: this.room, message: { _id } } };
  }
}
