// Sends what the outbox holds for one channel: no faster than its service and its readers want, waiting as it asks.
import { backoffMs, patienceMs } from './backoff.js';
import { ChannelRest } from './channel-rest.js';
import type { Channel, SendResult } from './channel.js';
import { heldBackSummary } from './held-back.js';
import type { PendingMessage } from './outbox-message.js';
import type { OutboxStore } from './outbox-store.js';
import { Pace, type PaceLimit } from './pace.js';
import { RENEW_MS, type SendingTurn } from './sending-turn.js';

const BATCH = 32;
export const IDLE_MS = 500;
/** A claim that is not settled within this time is tried again: it must outlast the slowest send. */
const LEASE_MS = 120_000;
/** Given up after about two days of trying. */
const MOST_TRIES = 600;

export interface ChannelSenderParts {
  channel: Channel;
  store: OutboxStore;
  clock: () => number;
  random: () => number;
  /** Null where no other instance sends, or nobody counts. */
  turn: SendingTurn | null;
  /** How much of it its readers want; beyond that one summary stands for many. */
  rate?: PaceLimit;
  /** The channel that takes what this one refuses for good. */
  fallback?: string;
  failed(message: PendingMessage, error: string): void;
}

export class ChannelSender {
  private readonly resting = new ChannelRest();
  private readonly limits: readonly PaceLimit[];
  private pace: Pace;
  private stopping = false;

  constructor(private readonly parts: ChannelSenderParts) {
    this.limits = parts.channel.limits ?? [];
    this.pace = new Pace(this.limits);
  }

  /** Nothing is begun any more; what is being sent is finished. */
  stop(): void {
    this.stopping = true;
  }

  async end(): Promise<void> {
    await this.parts.turn?.end();
  }

  /** Sends some of what is due, and says how long to rest before the next look (ms). */
  async look(): Promise<number> {
    const { channel, clock, store, rate, turn } = this.parts;
    // Another instance may reach the service that this one does not: it has the turn while this one rests.
    if (this.resting.isGuess(clock())) {
      await turn?.end();
      return this.resting.waitMs(clock());
    }
    if (!(await this.isOurTurn())) return IDLE_MS;
    const wait = Math.max(this.pace.waitMs(clock()), this.resting.waitMs(clock()));
    // Whoever waits keeps its turn: another does not know that the service asked for patience.
    if (wait > 0) return turn === null ? wait : Math.min(wait, RENEW_MS);
    const which = await this.withinRate();
    // What is paced or counted is taken one at a time: nobody waits for a claim of ours.
    const limit = this.limits.length > 0 || rate !== undefined ? 1 : BATCH;
    const claimed = clock();
    const messages = await store.claim(channel.name, claimed, limit, LEASE_MS, which);
    for (const [n, message] of messages.entries()) {
      // What is sent late in its lease, as after a process was frozen, may be another instance's by then.
      if (clock() - claimed > LEASE_MS / 2) break;
      if (this.stopping || this.resting.waitMs(clock()) > 0) {
        await store.release(messages.slice(n), clock(), claimed + LEASE_MS);
        break;
      }
      this.pace.spend(clock());
      await this.deliver(message);
    }
    return messages.length > 0 ? 0 : IDLE_MS;
  }

  /** Whoever begins goes on from what others, or this one before its restart, have sent. */
  private async isOurTurn(): Promise<boolean> {
    const { turn, channel, store, clock } = this.parts;
    if (turn === null) return true;
    const whose = await turn.look();
    if (whose !== 'begun') return whose === 'kept';
    this.pace = new Pace(this.limits);
    const longest = Math.max(...this.limits.map(({ perMs }) => perMs));
    for (const at of await store.sentTimes(channel.name, clock() - longest)) this.pace.spend(at);
    return true;
  }

  /** What may be sent now. The last place within the rate is for the summary of what has none. */
  private async withinRate(): Promise<'all' | 'ends'> {
    const { rate, store, clock } = this.parts;
    const { name } = this.parts.channel;
    if (rate === undefined) return 'all';
    const now = clock();
    const left = rate.most - (await store.sentSince(name, now - rate.perMs));
    if (left <= 0) return 'ends';
    if (left === 1) await store.holdBack(name, now, (bodies) => heldBackSummary(name, bodies, rate, now));
    return 'all';
  }

  private async deliver(message: PendingMessage): Promise<void> {
    const { channel, store, clock, random, fallback, failed } = this.parts;
    const answered = await channel.send(message);
    const result = answered.status === 'retry' ? { ...answered, afterMs: patienceMs(answered.afterMs) } : answered;
    const now = clock();
    this.rest(result, now);
    if (result.status === 'sent') return store.sent(message.id, now, result.receipt);
    if (result.status === 'retry' && message.tries + 1 < MOST_TRIES) {
      const wait = backoffMs(message.tries + 1, result.afterMs, random());
      return store.retry(message.id, now + wait, result.error);
    }
    await store.failed(message.id, now, result.error, fallback);
    failed(message, result.error);
  }

  private rest(result: SendResult, now: number): void {
    if (result.status === 'retry') this.resting.delayed(now, result.afterMs, this.parts.random());
    else this.resting.answered();
  }
}
