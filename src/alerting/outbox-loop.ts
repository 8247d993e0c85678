// Sends what the outbox holds: one loop a channel, so that a dead channel delays no other.
import { backoffMs } from './backoff.js';
import type { Channel } from './channel.js';
import type { PendingMessage } from './outbox-message.js';
import type { OutboxStore } from './outbox-store.js';

const BATCH = 32;
const IDLE_MS = 500;
/** A claim that is not settled within this time is tried again: it must outlast the slowest send. */
const LEASE_MS = 120_000;
/** Given up after about two days of trying. */
const MOST_TRIES = 600;

export interface OutboxEvents {
  failed(channel: string, message: PendingMessage, error: string): void;
  stumbled(channel: string, error: unknown): void;
}

/** Runs until stopped; `nudge` after a commit spares the wait. */
export class OutboxLoop {
  private stopping = false;
  private wake: (() => void)[] = [];
  private loops: Promise<void>[] = [];

  constructor(
    private readonly store: OutboxStore,
    private readonly channels: readonly Channel[],
    private readonly events: OutboxEvents,
    private readonly clock: () => number = Date.now,
    private readonly random: () => number = Math.random,
    /** Where a channel's messages go that it refuses for good, by the channel's name. */
    private readonly fallbacks: ReadonlyMap<string, string> = new Map(),
  ) {}

  start(): void {
    this.loops = this.channels.map((channel) => this.run(channel));
  }

  nudge(): void {
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Ends after the message that is being sent. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.nudge();
    await Promise.all(this.loops);
  }

  private async run(channel: Channel): Promise<void> {
    while (!this.stopping) {
      let sent = 0;
      try {
        sent = await this.drain(channel);
      } catch (error) {
        this.events.stumbled(channel.name, error);
      }
      if (sent === 0 && !this.stopping) await this.pause();
    }
  }

  private async drain(channel: Channel): Promise<number> {
    const claimed = this.clock();
    const messages = await this.store.claim(channel.name, claimed, BATCH, LEASE_MS);
    for (const message of messages) {
      // A claimed message that is left now comes back when its lease ends, or at the next start. One that is sent late
      // in its lease, as after a process was frozen, may be another instance's by then.
      if (this.stopping || this.clock() - claimed > LEASE_MS / 2) break;
      await this.deliver(channel, message);
    }
    return messages.length;
  }

  private async deliver(channel: Channel, message: PendingMessage): Promise<void> {
    const result = await channel.send(message);
    const now = this.clock();
    if (result.status === 'sent') return this.store.sent(message.id, now, result.receipt);
    if (result.status === 'retry' && message.tries + 1 < MOST_TRIES) {
      const wait = backoffMs(message.tries + 1, result.afterMs, this.random());
      return this.store.retry(message.id, now + wait, result.error);
    }
    await this.store.failed(message.id, now, result.error, this.fallbacks.get(channel.name));
    this.nudge();
    this.events.failed(channel.name, message, result.error);
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      this.wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
