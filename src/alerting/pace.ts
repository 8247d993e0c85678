// How fast a channel may be sent to: at most so many messages within a time, for each of a service's limits.

/** At most `most` messages within any stretch of `perMs` milliseconds. */
export interface PaceLimit {
  most: number;
  perMs: number;
}

/** Counts what was sent; remembers no more than the largest limit needs. The clock is the caller's. */
export class Pace {
  private readonly times: number[] = [];
  private readonly kept: number;

  constructor(private readonly limits: readonly PaceLimit[]) {
    this.kept = Math.max(0, ...limits.map(({ most }) => most));
  }

  /** How long the next message has to wait at `now` (ms), 0 where it need not. */
  waitMs(now: number): number {
    // A clock that was set back would have us wait for it: what then lies ahead of it counts as of now.
    for (let n = this.times.length - 1; n >= 0 && this.times[n]! > now; n--) this.times[n] = now;
    let wait = 0;
    for (const { most, perMs } of this.limits) {
      const before = this.times.at(-most);
      if (before !== undefined) wait = Math.max(wait, before + perMs - now);
    }
    return wait;
  }

  spend(now: number): void {
    this.times.push(now);
    if (this.times.length > this.kept) this.times.shift();
  }
}
