// Slack's Web API as documented: https://docs.slack.dev/reference/methods, limits of https://docs.slack.dev/reference/block-kit
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

interface Block {
  type: string;
  text?: { text: string };
  elements?: { action_id: string; value: string; text: { text: string } }[];
}
export interface SlackPost {
  channel: string;
  ts?: string;
  thread_ts?: string;
  text?: string;
  blocks?: Block[];
}

const ID = 'C0123456789';
const NAME = '#training';
const says = (error: string): FakeAnswer => ({ status: 200, body: { ok: false, error } });

export class FakeSlack extends FakeService {
  /** A post a second in a channel. */
  protected override readonly limits = [{ most: 1, perMs: 1_000 }];
  readonly token = 'xoxb-good';
  readonly messages = new Map<string, SlackPost>();
  /** Files shown in threads: the ts of the thread and the bytes. */
  readonly shown: { thread: string; bytes: Buffer }[] = [];
  /** The word with which everything is refused: `token_revoked`, `is_archived`, … */
  /** The workspace's setting for how long a message may be edited is over. */
  editsClosed = false;
  refusal: string | null = null;
  private readonly files = new Map<string, { length: number; bytes: Buffer | null }>();
  private count = 0;

  protected tooMany(seconds: number): FakeAnswer {
    const headers = { 'retry-after': String(seconds) };
    return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
  }

  protected override counts({ path }: FakeRequest): boolean {
    return path === '/chat.postMessage';
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (request.path.startsWith('/upload/')) return this.upload(request);
    if (request.headers.authorization !== `Bearer ${this.token}`) return says('invalid_auth');
    if (this.refusal !== null) return says(this.refusal);
    const post = jsonOf<SlackPost & { files?: { id: string }[]; channel_id?: string }>(request);
    switch (request.path) {
      case '/auth.test':
        return { status: 200, body: { ok: true } };
      case '/chat.postMessage':
        return this.post(post);
      case '/chat.update':
        return this.update(post);
      case '/files.getUploadURLExternal':
        return this.askUpload(request);
      case '/files.completeUploadExternal':
        return this.complete(post);
      default:
        return says('unknown_method');
    }
  }

  private post(post: SlackPost | null): FakeAnswer {
    if (post === null) return says('invalid_json');
    if (post.channel !== ID && post.channel !== NAME) return says('channel_not_found');
    if (post.thread_ts !== undefined && !this.messages.has(post.thread_ts)) return says('thread_not_found');
    const wrong = wrongIn(post);
    if (wrong) return says(wrong);
    const ts = `1764000000.${String(++this.count).padStart(6, '0')}`;
    this.messages.set(ts, post);
    return { status: 200, body: { ok: true, ts, channel: ID } };
  }

  /** Takes no name of a channel, only its id. */
  private update(post: SlackPost | null): FakeAnswer {
    if (post === null) return says('invalid_json');
    if (post.channel !== ID) return says('channel_not_found');
    if (!this.messages.has(post.ts ?? '')) return says('message_not_found');
    if (this.editsClosed) return says('edit_window_closed');
    const wrong = wrongIn(post);
    if (wrong) return says(wrong);
    this.messages.set(post.ts!, post);
    return { status: 200, body: { ok: true, ts: post.ts, channel: ID } };
  }

  private askUpload({ headers, body }: FakeRequest): FakeAnswer {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') return says('invalid_arguments');
    const form = new URLSearchParams(body.toString());
    if (!form.get('filename') || !/^\d+$/.test(form.get('length') ?? '')) return says('invalid_arguments');
    const id = `F${++this.count}`;
    this.files.set(id, { length: Number(form.get('length')), bytes: null });
    return { status: 200, body: { ok: true, file_id: id, upload_url: `${this.url}/upload/${id}` } };
  }

  private upload({ path, body }: FakeRequest): FakeAnswer {
    const file = this.files.get(path.slice('/upload/'.length));
    if (!file || file.length !== body.length) return { status: 400, body: 'length does not match' };
    file.bytes = body;
    return { status: 200, body: 'OK' };
  }

  private complete(post: (SlackPost & { files?: { id: string }[]; channel_id?: string }) | null): FakeAnswer {
    const file = this.files.get(post?.files?.[0]?.id ?? '');
    if (!file?.bytes) return says('file_not_found');
    if (post!.channel_id !== ID) return says('invalid_channel');
    this.shown.push({ thread: post!.thread_ts ?? '', bytes: file.bytes });
    return { status: 200, body: { ok: true } };
  }
}

function wrongIn({ text, blocks = [] }: SlackPost): string | null {
  if (!text && blocks.length === 0) return 'no_text';
  if ((text?.length ?? 0) > 40_000) return 'msg_too_long';
  if (blocks.length > 50) return 'invalid_blocks';
  for (const { type, text: plain, elements = [] } of blocks) {
    if (type === 'header' && (!plain?.text || plain.text.length > 150)) return 'invalid_blocks';
    if (type !== 'actions') continue;
    const ids = new Set(elements.map(({ action_id: id }) => id));
    if (elements.length === 0 || elements.length > 25 || ids.size !== elements.length) return 'invalid_blocks';
    if (elements.some(({ text: label, value }) => label.text.length > 75 || value.length > 2_000))
      return 'invalid_blocks';
  }
  return null;
}
