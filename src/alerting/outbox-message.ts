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

/**
 * What the service answered: the ids under which it keeps what was sent, the first being the message itself. Edits and
 * replies need them, and whoever reacts to one of them speaks of the deviation.
 */
export interface Receipt {
  ids: string[];
  /** More that the service wants to be told again, such as the channel's own id. */
  place?: string;
}

/** A message as the sending loop sees it. */
export interface PendingMessage extends OutboxMessage {
  tries: number;
  /**
   * Of the message about the deviation that stands in this channel: what is edited and replied to. It is the first one, or,
   * where somebody deleted that, the one that took its place. Null before it.
   */
  first: Receipt | null;
}
