// Mattermost's incoming webhooks as documented: https://developers.mattermost.com/integrate/webhooks/incoming/
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

export interface AttachmentPost {
  text?: string;
  attachments?: {
    fallback: string;
    color: string;
    text?: string;
    image_url?: string;
    fields?: { title: string; value: string; short: boolean }[];
  }[];
}

const LONGEST_POST = 16_383;

export class FakeMattermost extends FakeService {
  protected override readonly limits = [{ most: 10, perMs: 1_000 }];
  /** What is shown: a text that is longer than a post is split into several. */
  readonly posts: AttachmentPost[] = [];

  hook(): string {
    return `${this.url}/hooks/good`;
  }

  protected tooMany(seconds: number): FakeAnswer {
    return { status: 429, headers: { 'retry-after': String(seconds) }, body: 'limit exceeded' };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    const error = (id: string, message: string): FakeAnswer => ({
      status: 400,
      body: { id, message, status_code: 400 },
    });
    if (request.path !== '/hooks/good') return error('web.incoming_webhook.invalid.app_error', 'Invalid webhook.');
    const post = jsonOf<AttachmentPost>(request);
    if (post === null) return error('api.incoming_webhook.parse.app_error', 'Could not decode the payload.');
    if (!post.text && !post.attachments?.length)
      return error('web.incoming_webhook.text.app_error', 'No text specified.');
    const text = post.text ?? '';
    for (let at = 0; at === 0 || at < text.length; at += LONGEST_POST)
      this.posts.push({ ...post, text: text.slice(at, at + LONGEST_POST) });
    return { status: 200, body: 'ok' };
  }
}
