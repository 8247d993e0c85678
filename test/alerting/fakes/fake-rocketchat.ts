// Rocket.Chat's incoming webhooks: https://docs.rocket.chat/docs/integrations, with the server's default limits.
import type { AttachmentPost } from './fake-mattermost.js';
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

/** Message_MaxAllowedSize, as it comes. */
const LARGEST = 5_000;

export class FakeRocketChat extends FakeService {
  protected override readonly limits = [{ most: 10, perMs: 60_000 }];
  readonly posts: AttachmentPost[] = [];

  hook(): string {
    return `${this.url}/hooks/65f0/token`;
  }

  /** Says the wait only in words. */
  protected tooMany(seconds: number): FakeAnswer {
    const error = `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`;
    return { status: 429, body: { success: false, error } };
  }

  protected answer(request: FakeRequest): FakeAnswer {
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
}
