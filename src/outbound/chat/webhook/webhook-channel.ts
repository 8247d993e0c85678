// The signed webhook: a CloudEvents body with Standard Webhooks headers, posted to one address.
import { Webhook } from 'standardwebhooks';
import type { Channel, SendResult } from '../../../alerting/channel.js';
import type { PendingMessage } from '../../../alerting/outbox-message.js';
import { type Answer, PrivateAddressError, post } from '../post.js';
import { retryAfterMs } from '../retry-after.js';

/** Answers after which the same request would fail again: the address or the request itself is wrong. */
const PERMANENT = new Set([400, 401, 403, 404, 405, 410, 413, 415, 422]);

export interface WebhookOptions {
  url: string;
  /** `whsec_` and base64, or any text; null sends unsigned. */
  secret: string | null;
  allowPrivate: boolean;
}

/**
 * Posts messages to one address. `webhook-id` is the message's own id, which is also the Idempotency-Key: a repeat carries
 * the same id and the same body. Signature and headers: https://www.standardwebhooks.com (version 1).
 */
export class WebhookChannel implements Channel {
  private readonly signer: Webhook | null;

  constructor(
    readonly name: string,
    private readonly options: WebhookOptions,
    private readonly clock: () => number = Date.now,
  ) {
    const { secret } = options;
    const key = secret === null || secret.startsWith('whsec_') ? secret : Buffer.from(secret).toString('base64');
    this.signer = key === null ? null : new Webhook(key);
  }

  async send(message: PendingMessage): Promise<SendResult> {
    const at = new Date(this.clock());
    const headers: Record<string, string> = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'idempotency-key': message.id,
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'user-agent': 'offcurve',
    };
    if (this.signer) headers['webhook-signature'] = this.signer.sign(message.id, at, message.body);
    try {
      return this.judge(await post(this.options.url, headers, message.body, this.options.allowPrivate));
    } catch (error) {
      if (error instanceof PrivateAddressError) return { status: 'failed', error: error.message };
      return { status: 'retry', error: error instanceof Error ? error.message : String(error), afterMs: null };
    }
  }

  private judge(answer: Answer): SendResult {
    if (answer.status >= 200 && answer.status < 300) return { status: 'sent' };
    const error = `the webhook answered ${answer.status}`;
    if (PERMANENT.has(answer.status) || (answer.status >= 300 && answer.status < 400))
      return { status: 'failed', error };
    return { status: 'retry', error, afterMs: retryAfterMs(answer.retryAfter, this.clock()) };
  }
}
