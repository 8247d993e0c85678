// How many requests one sender may make: a bucket for each that fills steadily and holds two seconds' worth.

const BURST_SECONDS = 2;
/** Beyond so many senders those who have asked for nothing of late are let go. */
const MOST_SENDERS = 10_000;

interface Bucket {
  left: number;
  at: number;
}

export class RequestRate {
  private readonly buckets = new Map<string, Bucket>();

  /** @param perSecond requests of one sender in the long run */
  constructor(
    private readonly perSecond: number,
    private readonly clock: () => number,
  ) {}

  /** Takes one request of a sender: 0, or after how many whole seconds the next one is taken. */
  take(sender: string): number {
    const now = this.clock();
    const most = this.perSecond * BURST_SECONDS;
    const { left: before, at } = this.buckets.get(sender) ?? { left: most, at: now };
    const left = Math.min(most, before + (this.perSecond * Math.max(0, now - at)) / 1000);
    if (this.buckets.size >= MOST_SENDERS) this.letGo(now);
    this.buckets.set(sender, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1 ? 0 : Math.ceil((1 - left) / this.perSecond);
  }

  /** A bucket that would be full again says nothing. */
  private letGo(now: number): void {
    for (const [sender, { at }] of this.buckets) if (now - at >= BURST_SECONDS * 1000) this.buckets.delete(sender);
  }
}
