// A notification waiting to be sent: written with the deviation, sent by a loop of its own.

/** One message for one channel. Its body is fixed when it is written: no id ever has two bodies. */
export interface OutboxMessage {
  /** Idempotency key: channel, deviation and version. */
  id: string;
  channel: string;
  deviationId: string;
  deviationVersion: number;
  type: 'opened' | 'updated' | 'resolved' | 'summary';
  /** JSON text, exactly as it will be sent or rendered from. */
  body: string;
  createdAt: number;
}

/** A message as the sending loop sees it. */
export interface PendingMessage extends OutboxMessage {
  tries: number;
}
