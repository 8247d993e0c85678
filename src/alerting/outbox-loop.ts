// Sends what the outbox holds: one loop a channel, so that a dead channel delays no other.
import { randomUUID } from 'node:crypto';
import { ChannelSender, IDLE_MS } from './channel-sender.js';
import type { Channel } from './channel.js';
import type { Leases } from './leases.js';
import type { PendingMessage } from './outbox-message.js';
import type { OutboxStore } from './outbox-store.js';
import type { PaceLimit } from './pace.js';
import { SendingTurn } from './sending-turn.js';

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
  /** Whose turn it is where a service counts; absent: no other instance sends. */
  leases?: Leases;
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
  private readonly pauses = new Set<() => void>();
  private nudges = 0;
  private loops: Promise<void>[] = [];
  private senders: ChannelSender[] = [];
  private readonly holder = randomUUID();

  constructor(private readonly parts: OutboxLoopParts) {}

  start(): void {
    this.senders = this.parts.channels.map((channel) => this.senderOf(channel));
    this.loops = this.senders.map((sender, n) => this.run(this.parts.channels[n]!.name, sender));
  }

  nudge(): void {
    this.nudges++;
    for (const wake of this.pauses) wake();
  }

  /** Ends after the message that is being sent. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const sender of this.senders) sender.stop();
    this.nudge();
    await Promise.all(this.loops);
  }

  private senderOf(channel: Channel): ChannelSender {
    const { store, leases, fallbacks, rates, events, clock = Date.now, random = Math.random } = this.parts;
    const { name, limits } = channel;
    return new ChannelSender({
      ...{ channel, store, clock, random, rate: rates?.get(name), fallback: fallbacks?.get(name) },
      turn: leases && limits ? new SendingTurn(leases, name, this.holder, clock) : null,
      failed: (message, error) => {
        // The fallback may have it now.
        this.nudge();
        events.failed(name, message, error);
      },
    });
  }

  private async run(channel: string, sender: ChannelSender): Promise<void> {
    const { events } = this.parts;
    while (!this.stopping) {
      let rest = IDLE_MS;
      const before = this.nudges;
      try {
        rest = await sender.look();
      } catch (error) {
        events.stumbled(channel, error);
      }
      // What was written during the look may not have been seen by it.
      if (rest > 0 && this.nudges === before && !this.stopping) await this.pause(rest);
    }
    await sender.end().catch((error: unknown) => events.stumbled(channel, error));
  }

  private async pause(ms: number): Promise<void> {
    const { pause = cutPause } = this.parts;
    let cut: (() => void) | null = null;
    await pause(ms, (wake) => this.pauses.add((cut = wake)));
    if (cut) this.pauses.delete(cut);
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
