// Sends what the outbox holds: one loop a channel, so that a dead channel delays no other.
import { backoffMs } from './backoff.js';
import { ChannelRest } from './channel-rest.js';
import type { Channel, SendResult } from './channel.js';
import { heldBackSummary } from './held-back.js';
import type { PendingMessage } from './outbox-message.js';
import type { OutboxStore } from './outbox-store.js';
import { Pace, type PaceLimit } from './pace.js';

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

/** A pause that can be cut short. */
export type Pause = (ms: number, cut: (wake: () => void) => void) => Promise<void>;

export interface OutboxLoopParts {
  store: OutboxStore;
  channels: readonly Channel[];
  events: OutboxEvents;
  clock?: () => number;
  random?: () => number;
  /** Where a channel's messages go that it refuses for good, by the channel's name. */
  fallbacks?: ReadonlyMap<string, string>;
  /** How much of a channel its readers want, by the channel's name; beyond it one summary stands for many. */
  rates?: ReadonlyMap<string, PaceLimit>;
  pause?: Pause;
}

/** Runs until stopped; `nudge` after a commit spares the wait. */
export class OutboxLoop {
  private stopping = false;
  private wake: (() => void)[] = [];
  private nudges = 0;
  private loops: Promise<void>[] = [];
  private readonly clock: () => number;
  private readonly random: () => number;

  constructor(private readonly parts: OutboxLoopParts) {
    this.clock = parts.clock ?? Date.now;
    this.random = parts.random ?? Math.random;
  }

  start(): void {
    this.loops = this.parts.channels.map((channel) => this.run(channel));
  }

  nudge(): void {
    this.nudges++;
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Ends after the message that is being sent. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.nudge();
    await Promise.all(this.loops);
  }

  private async run(channel: Channel): Promise<void> {
    const pause = this.parts.pause ?? cutPause;
    const pace = new Pace(channel.limits ?? []);
    const resting = new ChannelRest();
    while (!this.stopping) {
      let rest = IDLE_MS;
      const before = this.nudges;
      try {
        rest = await this.drain(channel, pace, resting);
      } catch (error) {
        this.parts.events.stumbled(channel.name, error);
      }
      // What was written during the look may not have been seen by it.
      if (rest > 0 && this.nudges === before && !this.stopping) await pause(rest, (wake) => this.wake.push(wake));
    }
  }

  /** How long to rest before the next look (ms). */
  private async drain(channel: Channel, pace: Pace, resting: ChannelRest): Promise<number> {
    const wait = Math.max(pace.waitMs(this.clock()), resting.waitMs(this.clock()));
    if (wait > 0) return wait;
    const which = await this.withinRate(channel.name);
    // What is paced or counted is taken one at a time: nobody waits for a claim of ours.
    const limit = channel.limits !== undefined || this.parts.rates?.has(channel.name) ? 1 : BATCH;
    const claimed = this.clock();
    const messages = await this.parts.store.claim(channel.name, claimed, limit, LEASE_MS, which);
    for (const [n, message] of messages.entries()) {
      // What is sent late in its lease, as after a process was frozen, may be another instance's by then.
      if (this.clock() - claimed > LEASE_MS / 2) break;
      if (this.stopping || resting.waitMs(this.clock()) > 0) {
        await this.parts.store.release(messages.slice(n), this.clock(), claimed + LEASE_MS);
        break;
      }
      pace.spend(this.clock());
      await this.deliver(channel, message, resting);
    }
    return messages.length > 0 ? 0 : IDLE_MS;
  }

  /** What may be sent now. The last place within the rate is for the summary of what has none. */
  private async withinRate(channel: string): Promise<'all' | 'ends'> {
    const rate = this.parts.rates?.get(channel);
    if (rate === undefined) return 'all';
    const { store } = this.parts;
    const now = this.clock();
    const left = rate.most - (await store.sentSince(channel, now - rate.perMs));
    if (left <= 0) return 'ends';
    if (left === 1) await store.holdBack(channel, now, (bodies) => heldBackSummary(channel, bodies, rate, now));
    return 'all';
  }

  private async deliver(channel: Channel, message: PendingMessage, resting: ChannelRest): Promise<void> {
    const { store, fallbacks, events } = this.parts;
    const result = await channel.send(message);
    const now = this.clock();
    this.rest(resting, result, now);
    if (result.status === 'sent') return store.sent(message.id, now, result.receipt);
    if (result.status === 'retry' && message.tries + 1 < MOST_TRIES) {
      const wait = backoffMs(message.tries + 1, result.afterMs, this.random());
      return store.retry(message.id, now + wait, result.error);
    }
    await store.failed(message.id, now, result.error, fallbacks?.get(channel.name));
    this.nudge();
    events.failed(channel.name, message, result.error);
  }

  private rest(resting: ChannelRest, result: SendResult, now: number): void {
    if (result.status === 'retry') resting.delayed(now, result.afterMs, this.random());
    else resting.answered();
  }
}

const cutPause: Pause = (ms, cut) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    cut(() => {
      clearTimeout(timer);
      resolve();
    });
  });
