// Whose turn it is to send to a channel whose service counts: several instances together must not pass its limit.
import type { Leases } from './leases.js';

/** After a kill the next instance sends within this time. */
const LEASE_MS = 15_000;
export const RENEW_MS = 5_000;

export class SendingTurn {
  private askedAt = -Infinity;
  private heldUntil = -Infinity;

  /** @param holder this instance's own word for itself */
  constructor(
    private readonly leases: Leases,
    private readonly channel: string,
    private readonly holder: string,
    private readonly clock: () => number,
  ) {}

  /** Whether this instance sends: `begun` where it did not the last time, so that it knows nothing of what others sent. */
  async look(): Promise<'begun' | 'kept' | 'others'> {
    // From before the question: the store counts from later on.
    const now = this.clock();
    // A clock that was set back no longer says when the lease was taken.
    if (now < this.askedAt) this.askedAt = this.heldUntil = -Infinity;
    const had = now < this.heldUntil;
    if (now >= this.askedAt + RENEW_MS) {
      this.askedAt = now;
      this.heldUntil = (await this.leases.take(this.name, this.holder, LEASE_MS)) ? now + LEASE_MS : -Infinity;
    }
    if (this.clock() >= this.heldUntil) return 'others';
    return had ? 'kept' : 'begun';
  }

  /** Lets another send at once. */
  async end(): Promise<void> {
    const had = this.heldUntil > -Infinity;
    this.askedAt = this.heldUntil = -Infinity;
    if (had) await this.leases.release(this.name, this.holder);
  }

  private get name(): string {
    return `sending/${this.channel}`;
  }
}
