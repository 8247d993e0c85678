// An ntfy server as documented: https://docs.ntfy.sh/publish/#publish-as-json, with its error codes.
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

export interface NtfyPost {
  topic?: string;
  title?: string;
  message?: string;
  priority?: number;
  tags?: string[];
  click?: string;
  attach?: string;
  actions?: {
    action: string;
    label: string;
    url: string;
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  }[];
}

const error = (http: number, code: number, message: string): FakeAnswer => ({
  status: http,
  body: { code, http, error: message },
});

export class FakeNtfy extends FakeService {
  /** 60 at once, then one every five seconds. */
  protected override readonly limits = [{ most: 60, perMs: 300_000 }];
  readonly topic = 'my-training';
  readonly token = 'tk_good';
  readonly pushes: NtfyPost[] = [];

  protected tooMany(): FakeAnswer {
    return error(429, 42_901, 'limit reached: too many requests');
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (request.path === '/v1/health') return { status: 200, body: { healthy: true } };
    if (request.method !== 'POST' || request.path !== '/') return error(404, 40_401, 'page not found');
    const post = jsonOf<NtfyPost>(request);
    if (post === null) return error(400, 40_017, 'invalid request: request body must be message JSON');
    if (!/^[-_A-Za-z0-9]{1,64}$/.test(post.topic ?? '')) return error(400, 40_009, 'invalid request: topic invalid');
    if (request.headers.authorization !== `Bearer ${this.token}`) return error(401, 40_101, 'unauthorized');
    if (post.topic !== this.topic) return error(403, 40_301, 'forbidden');
    const { priority = 3, actions = [], message = '' } = post;
    if (!Number.isInteger(priority) || priority < 1 || priority > 5)
      return error(400, 40_007, 'invalid request: priority invalid');
    const isAction = (one: (typeof actions)[number]): boolean =>
      (one.action === 'view' || (one.action === 'http' && /^(GET|POST|PUT|DELETE)$/.test(one.method ?? 'POST'))) &&
      one.label !== '' &&
      /^https?:\/\//.test(one.url);
    if (actions.length > 3 || !actions.every(isAction)) return error(400, 40_018, 'invalid request: actions invalid');
    // What is longer becomes a file that nobody reads on a phone.
    if (Buffer.byteLength(message) > 4_096) return error(413, 41_301, 'attachment too large');
    this.pushes.push(post);
    return { status: 200, body: { id: `n${this.pushes.length}`, event: 'message' } };
  }
}
