// Remembers what was signed lately, so that the same request is not carried out twice.

export class RecentRequests {
  private readonly seen = new Map<string, number>();

  /** @param keepMs how long a request could be repeated before its time makes it invalid */
  constructor(private readonly keepMs: number) {}

  /** True the first time within `keepMs`. */
  isNew(key: string, now: number): boolean {
    for (const [old, at] of this.seen) {
      if (now - at < this.keepMs) break;
      this.seen.delete(old);
    }
    if (this.seen.has(key)) return false;
    this.seen.set(key, now);
    return true;
  }
}
