// The port of a channel: sends one message, and says whether another try makes sense.
import type { PendingMessage } from './outbox-message.js';

/** What became of one try. `retry` with the service's own wait where it named one. */
export type SendResult =
  { status: 'sent' } | { status: 'retry'; error: string; afterMs: number | null } | { status: 'failed'; error: string };

export interface Channel {
  readonly name: string;
  send(message: PendingMessage): Promise<SendResult>;
}
