// Whose turn it is while clocks are set and services are out of reach: somebody's, and one at a time.
import { ChannelSender } from './channel-sender.js';
import type { SendResult } from './channel.js';
import { Leases } from './leases.js';
import type { PendingMessage } from './outbox-message.js';
import type { OutboxStore } from './outbox-store.js';
import { SendingTurn } from './sending-turn.js';

/** The store's side, by a clock that nobody sets. */
class LeaseTable extends Leases {
  now = 0;
  private readonly rows = new Map<string, { holder: string; until: number }>();

  override take(name: string, holder: string, forMs: number): Promise<boolean> {
    const row = this.rows.get(name);
    if (row && row.holder !== holder && row.until >= this.now) return Promise.resolve(false);
    this.rows.set(name, { holder, until: this.now + forMs });
    return Promise.resolve(true);
  }

  override release(name: string, holder: string): Promise<void> {
    if (this.rows.get(name)?.holder === holder) this.rows.delete(name);
    return Promise.resolve();
  }
}

const HOUR_MS = 3_600_000;

it('asks again at once where the clock was set back: neither waits an hour for it, nor sends without the lease', async () => {
  const leases = new LeaseTable();
  let now = HOUR_MS;
  const first = new SendingTurn(leases, 'chat', 'first', () => now);
  const second = new SendingTurn(leases, 'chat', 'second', () => now);
  expect([await first.look(), await second.look()]).toEqual(['begun', 'others']);
  now = 0;
  leases.now += 16_000;
  // The first one hangs; its lease is over.
  expect([await second.look(), await first.look()]).toEqual(['begun', 'others']);
});

/** A store that always holds one message more. */
const waiting = (): OutboxStore => {
  const message = { id: 'm', tries: 0 } as PendingMessage;
  return {
    claim: () => Promise.resolve([message]),
    sentTimes: () => Promise.resolve([]),
    retry: () => Promise.resolve(),
    sent: () => Promise.resolve(),
  } as Partial<OutboxStore> as OutboxStore;
};

function instance(leases: Leases, holder: string, clock: () => number, answer: SendResult): ChannelSender {
  const channel = { name: 'chat', limits: [{ most: 100, perMs: 1_000 }], send: () => Promise.resolve(answer) };
  return new ChannelSender({
    ...{ channel: { ...channel, check: () => Promise.resolve(null) }, store: waiting(), clock, random: () => 0.5 },
    turn: new SendingTurn(leases, 'chat', holder, clock),
    failed: () => undefined,
  });
}

describe('an instance that gets nothing through', () => {
  it.each([
    { afterMs: null, lets: true, title: 'lets another try while it rests' },
    { afterMs: 60_000, lets: false, title: 'keeps its turn where the service asked for patience' },
  ])('$title', async ({ afterMs, lets }) => {
    const leases = new LeaseTable();
    const clock = (): number => leases.now;
    const cutOff = instance(leases, 'cut off', clock, { status: 'retry', error: 'no route', afterMs });
    for (let n = 0; n < 4; n++) await cutOff.look();
    expect(await leases.take('sending/chat', 'another', 1_000)).toBe(lets);
  });
});
