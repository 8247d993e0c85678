// Mattermost's REST API v4 as its reference and its server have it: https://developers.mattermost.com/api-documentation/,
// github.com/mattermost/mattermost server/channels/api4/post.go and server/channels/app/ratelimit.go.
import type { AttachmentPost } from './fake-mattermost.js';
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';
import { multipartOf } from './multipart.js';

export interface MattermostPost {
  id: string;
  channel_id: string;
  user_id: string;
  root_id: string;
  message: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  file_ids: string[];
  props: { attachments?: AttachmentPost['attachments']; from_bot?: string };
  metadata: { reactions?: { user_id: string; post_id: string; emoji_name: string; create_at: number }[] };
}

const LONGEST_POST = 16_383;
/** How long a `pending_post_id` is known (ms). */
const PENDING_MS = 30_000;
/** Changed posts in one answer. */
const MOST_POSTS = 1_000;

/** Ids are 26 small letters and digits. */
const idOf = (word: string): string => word.padEnd(26, '0');

export class FakeMattermostServer extends FakeService {
  /** RateLimitSettings.PerSec as it comes; the burst that a server allows beside it is left out. */
  protected override readonly limits = [{ most: 10, perMs: 1_000 }];
  readonly token = 'goodtoken';
  readonly channel = idOf('channel');
  readonly self = idOf('bot');
  /** Everything that was posted, the oldest first. */
  readonly posts = new Map<string, MattermostPost>();
  /** Uploaded files by id. */
  readonly files = new Map<string, Buffer>();
  /** Whether the bot is in the channel. */
  member = true;
  archivedAt = 0;
  /** FileSettings.EnableFileAttachments. */
  takesFiles = true;
  /** ServiceSettings.PostEditTimeLimit: nothing may be edited any more. */
  editsAreOver = false;
  /** A proxy in between takes this header away. */
  withoutRetryAfter = false;
  private readonly pending = new Map<string, { post: string; at: number }>();
  private now = Date.now();

  /** The bot's own posts that stand in the channel itself. */
  get shown(): MattermostPost[] {
    return [...this.posts.values()].filter((post) => post.user_id === this.self && post.root_id === '');
  }

  /** Somebody writes something; people's names are their ids without what fills them up. */
  say(by: string, message: string, root = '', props: MattermostPost['props'] = {}): MattermostPost {
    const at = this.tick();
    const post: MattermostPost = {
      ...{
        id: idOf(`post${this.posts.size + 1}x`),
        channel_id: this.channel,
        user_id: idOf(by),
        root_id: root,
        message,
      },
      ...{ create_at: at, update_at: at, delete_at: 0, file_ids: [], props, metadata: {} },
    };
    this.posts.set(post.id, post);
    return post;
  }

  react(by: string, name: string, post: string): void {
    const found = this.posts.get(post)!;
    const at = this.tick();
    const reaction = { user_id: idOf(by), post_id: post, emoji_name: name, create_at: at };
    found.metadata.reactions = [...(found.metadata.reactions ?? []), reaction];
    found.update_at = at;
  }

  delete(post: string): void {
    const found = this.posts.get(post)!;
    found.delete_at = found.update_at = this.tick();
  }

  protected override counts(): boolean {
    return true;
  }

  protected tooMany(seconds: number): FakeAnswer {
    const headers = { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(seconds) };
    const wait: Record<string, string> = this.withoutRetryAfter ? {} : { 'retry-after': String(seconds) };
    return { status: 429, headers: { ...headers, ...wait }, body: 'limit exceeded\n' };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    const { method, path, headers } = request;
    if (headers['authorization'] !== `Bearer ${this.token}`)
      return refused(401, 'api.context.session_expired.app_error', 'Invalid or expired session, please login again.');
    const [, version, kind, id, what] = /^\/api\/(v\d)\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? [];
    const call = version === 'v4' ? `${method} ${kind}${id ? '/:id' : ''}${what ? `/${what}` : ''}` : '';
    if (call === 'GET users/:id' && id === 'me') return ok({ id: this.self, username: 'offcurve', is_bot: true });
    if (call === 'POST users/:id' && id === 'ids') return this.users(request);
    if (call === 'GET channels/:id')
      return this.inChannel(id!, () => ok({ id, name: 'training', delete_at: this.archivedAt }));
    if (call === 'GET channels/:id/posts') return this.inChannel(id!, () => this.since(request));
    if (call === 'POST files') return this.upload(request);
    if (call === 'POST posts') return this.create(request);
    if (call === 'PUT posts/:id/patch') return this.patch(request, this.standing(id!));
    const post = this.standing(id ?? '');
    if (call.startsWith('GET posts/:id') && post === null) return refused(404, 'app.post.get.app_error');
    if (call === 'GET posts/:id') return ok(post!);
    if (call === 'GET posts/:id/thread')
      return list([...this.posts.values()].filter((one) => one.id === id || one.root_id === id));
    return refused(404, 'api.context.404.app_error');
  }

  private inChannel(id: string, answer: () => FakeAnswer): FakeAnswer {
    if (!/^[a-z0-9]{26}$/.test(id)) return refused(400, 'api.context.invalid_url_param.app_error');
    if (id !== this.channel) return refused(404, 'app.channel.get.existing.app_error');
    return this.member ? answer() : refused(403, 'api.context.permissions.app_error');
  }

  private users(request: FakeRequest): FakeAnswer {
    const ids = jsonOf<string[]>(request);
    if (!Array.isArray(ids) || ids.length === 0) return refused(400, 'api.context.invalid_body_param.app_error');
    return ok(ids.map((id) => ({ id, username: id.replace(/0+$/, '') })));
  }

  /** Posts changed since, the newest first, with the roots of their threads; deleted ones among them. The oldest are left out. */
  private since({ query }: FakeRequest): FakeAnswer {
    const since = Number(query.get('since'));
    if (!Number.isInteger(since) || since <= 0) return refused(400, 'api.context.invalid_url_param.app_error');
    const changed = [...this.posts.values()].filter(({ update_at: at }) => at > since).slice(-MOST_POSTS);
    const roots = changed.flatMap(({ root_id: root }) => this.posts.get(root) ?? []);
    return list([...new Set([...changed, ...roots])]);
  }

  private upload(request: FakeRequest): FakeAnswer {
    if (!this.takesFiles) return refused(501, 'api.file.attachments.disabled.app_error');
    const parts = multipartOf(request.headers['content-type'] ?? '', request.body);
    const file = parts?.get('files');
    if (!file?.filename) return refused(400, 'api.file.upload_file.read_request.app_error');
    return this.inChannel(parts!.get('channel_id')?.data.toString() ?? '', () => {
      const id = idOf(`file${this.files.size + 1}x`);
      this.files.set(id, file.data);
      return { status: 201, body: { file_infos: [{ id, name: file.filename }], client_ids: [] } };
    });
  }

  private create(request: FakeRequest): FakeAnswer {
    const post = jsonOf<Partial<MattermostPost> & { pending_post_id?: string }>(request);
    if (post === null) return refused(400, 'api.context.invalid_body_param.app_error');
    return this.inChannel(post.channel_id ?? '', () => {
      if (this.archivedAt > 0) return refused(400, 'api.post.create_post.can_not_post_to_deleted.error');
      const known = this.pending.get(post.pending_post_id ?? '');
      if (known && this.tick() - known.at < PENDING_MS) return { status: 201, body: this.posts.get(known.post)! };
      const { message = '', root_id: root = '', file_ids: files = [], props = {} } = post;
      if (message === '' && files.length === 0 && !props.attachments)
        return refused(400, 'api.context.invalid_body_param.app_error');
      if ([...message].length > LONGEST_POST) return refused(400, 'model.post.is_valid.message_length.app_error');
      if (root !== '' && this.standing(root)?.root_id !== '')
        return refused(400, 'api.post.create_post.root_id.app_error');
      if (!areAttachments(props)) return refused(400, 'model.post.is_valid.props.app_error');
      const made = this.say('bot', message, root, { ...props, from_bot: 'true' });
      made.file_ids = files.filter((id) => this.files.has(id));
      if (post.pending_post_id) this.pending.set(post.pending_post_id, { post: made.id, at: made.create_at });
      return { status: 201, body: made };
    });
  }

  private patch(request: FakeRequest, post: MattermostPost | null): FakeAnswer {
    const change = jsonOf<Partial<MattermostPost>>(request);
    if (change === null) return refused(400, 'api.context.invalid_body_param.app_error');
    if (post === null || post.user_id !== this.self || !this.member)
      return refused(403, 'api.context.permissions.app_error');
    if (this.editsAreOver && change.message !== undefined)
      return refused(400, 'api.post.update_post.permissions_time_limit.app_error');
    if ([...(change.message ?? '')].length > LONGEST_POST)
      return refused(400, 'model.post.is_valid.message_length.app_error');
    if (change.props !== undefined && !areAttachments(change.props))
      return refused(400, 'model.post.is_valid.props.app_error');
    const { message = post.message, props = post.props, file_ids: files = post.file_ids } = change;
    Object.assign(post, { message, props, file_ids: files, update_at: this.tick() });
    return ok(post);
  }

  private standing(id: string): MattermostPost | null {
    const post = this.posts.get(id);
    return post && post.delete_at === 0 ? post : null;
  }

  /** No two things happen in one millisecond. */
  private tick(): number {
    return (this.now = Math.max(this.now + 1, Date.now()));
  }
}

/** https://developers.mattermost.com/integrate/reference/message-attachments/: the ids of buttons are letters and digits. */
function areAttachments({ attachments = [] }: MattermostPost['props']): boolean {
  return (attachments as { actions?: { id: string; name: string; integration?: { url?: string } }[] }[]).every(
    ({ actions = [] }) =>
      actions.every(({ id, name, integration }) => /^[A-Za-z0-9]+$/.test(id) && name !== '' && integration?.url),
  );
}

const ok = (body: object): FakeAnswer => ({ status: 200, body });
const list = (posts: MattermostPost[]): FakeAnswer =>
  ok({
    order: posts.toSorted((a, b) => b.create_at - a.create_at).map(({ id }) => id),
    posts: Object.fromEntries(posts.map((post) => [post.id, post])),
  });
const refused = (status: number, id: string, message = id): FakeAnswer => ({
  status,
  body: { id, message, request_id: '', status_code: status },
});
