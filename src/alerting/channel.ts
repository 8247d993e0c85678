// The port of a channel: sends one message, and says whether another try makes sense.
import type { PendingMessage, Receipt } from './outbox-message.js';
import type { PaceLimit } from './pace.js';

/** What became of one try. `retry` with the service's own wait where it named one. */
export type SendResult =
  | { status: 'sent'; receipt?: Receipt }
  | { status: 'retry'; error: string; afterMs: number | null }
  | { status: 'failed'; error: string };

export interface Channel {
  readonly name: string;
  /** The service's own limits, in messages of ours. Absent: it names none. */
  readonly limits?: readonly PaceLimit[];
  /** Never throws: what goes wrong is said in the result. */
  send(message: PendingMessage): Promise<SendResult>;
  /** Asks the service, without any effect, whether the settings would work: null, or what is wrong. Absent: nothing harmless to ask. */
  check?(): Promise<string | null>;
}
