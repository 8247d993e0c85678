// When a whole channel is left alone: as long as its service asks, or ever longer while nothing gets through.
import { backoffMs } from './backoff.js';

/** How soon a service that is back is noticed. */
const LONGEST_MS = 30_000;

/**
 * One message that has to wait may be that message's own trouble. A second one in a row is the channel's: then one message
 * asks for all of them. The clock is the caller's.
 */
export class ChannelRest {
  private from = -Infinity;
  private until = -Infinity;
  private asked = false;
  private delays = 0;

  /** How long nothing is sent from `now` on (ms), 0 where something may be. */
  waitMs(now: number): number {
    // A clock that was set back would prolong it by as much.
    if (now < this.from) [this.from, this.until] = [now, now + this.until - this.from];
    return Math.max(0, this.until - now);
  }

  /** Whether it rests at `now` by its own guess: nothing gets through, and the service said nothing of how long. */
  isGuess(now: number): boolean {
    return !this.asked && this.waitMs(now) > 0;
  }

  /** The service answered, yes or no. */
  answered(): void {
    this.delays = 0;
  }

  /**
   * A message has to be sent again later.
   *
   * @param askedMs the service's own word on how long; null where it said none
   * @param random a number in [0, 1)
   */
  delayed(now: number, askedMs: number | null, random: number): void {
    this.delays++;
    const own = this.delays < 2 ? 0 : Math.min(LONGEST_MS, backoffMs(this.delays - 1, null, random));
    this.from = now;
    this.asked = askedMs !== null;
    this.until = now + Math.max(own, askedMs ?? 0);
  }
}
