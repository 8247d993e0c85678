// The port of the outbox: what waits to be sent, and what became of it.
import type { OpenMessage } from './missed-words.js';
import type { OutboxMessage, PendingMessage, Receipt } from './outbox-message.js';

export abstract class OutboxStore {
  /**
   * Claims up to `limit` due messages of a channel: first of what has begun, then of what is known already, each oldest
   * first; never a later message of a deviation while an earlier one waits. A claim not settled within `leaseMs` is due again (a crash between claim and record repeats, never loses).
   */
  abstract claim(
    channel: string,
    now: number,
    limit: number,
    leaseMs: number,
    /** `ends`: only the ends of deviations whose messages the channel has. */
    which?: 'all' | 'ends',
  ): Promise<PendingMessage[]>;
  /** Gives back claimed messages that were not tried: due from `now` on, unless the claim, which ends at `until`, is another's by now. */
  abstract release(messages: readonly PendingMessage[], now: number, until: number): Promise<void>;
  /** How many messages a channel was sent since a time, ends of deviations left out. */
  abstract sentSince(channel: string, since: number): Promise<number>;
  /** When a channel's messages were sent since a time, oldest first. */
  abstract sentTimes(channel: string, since: number): Promise<number[]>;
  /**
   * Where two or more due messages wait (ends of deviations that the channel knows of left out): none of them is sent any
   * more, the one that `summaryOf` makes of their bodies is, oldest first. False where fewer wait.
   */
  abstract holdBack(channel: string, now: number, summaryOf: (bodies: string[]) => OutboxMessage): Promise<boolean>;
  /** Puts messages in; one whose id is there already keeps its first body. */
  abstract add(messages: readonly OutboxMessage[]): Promise<void>;
  abstract sent(id: string, at: number, receipt?: Receipt): Promise<void>;
  /** The deviation that one of a channel's messages is about, by an id that the service gave it. */
  abstract deviationOf(channel: string, serviceId: string): Promise<string | null>;
  /** A channel's messages of deviations that are not over, the newest hundred. */
  abstract openMessages(channel: string): Promise<OpenMessage[]>;
  /** Due again at `at`. */
  abstract retry(id: string, at: number, error: string): Promise<void>;
  /** Given up for good, with the reason; where `instead` names a channel, the message waits there from now on. */
  abstract failed(id: string, at: number, error: string, instead?: string): Promise<void>;
  /** Waiting messages by channel, and the age of the oldest in milliseconds. */
  abstract depth(now: number): Promise<{ channel: string; waiting: number; oldestAge: number; failed: number }[]>;
}
