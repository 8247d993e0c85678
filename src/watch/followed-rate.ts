// When the rate of points is measured anew: false alarms are promised per time, the detector counts points.
import type { ContextEntry } from '../runs/context-entry.js';
import type { RunHeader } from '../runs/run-header.js';

/** Looked at from here on each time the run has doubled. */
const FIRST_AT = 256;

export class FollowedRate {
  /** @param seenAt sequence number at which it was last looked at */
  constructor(private seenAt = 0) {}

  /** As a stored run left it: settings that begin at its next record were made at its last. */
  static in(context: readonly ContextEntry[], { lastSeq }: RunHeader): FollowedRate {
    const isFollowed = context.some((entry) => entry.kind === 'settings' && entry.seq === lastSeq + 1);
    return new FollowedRate(isFollowed ? lastSeq : 0);
  }

  /** Seconds between points, where it is time to look; else null. */
  due({ lastSeq, firstTime, lastTime }: RunHeader): number | null {
    const isPowerOfTwo = (lastSeq & (lastSeq - 1)) === 0;
    if (lastSeq < FIRST_AT || !isPowerOfTwo || this.seenAt === lastSeq) return null;
    this.seenAt = lastSeq;
    return (lastTime! - firstTime!) / 1000 / lastSeq;
  }
}
