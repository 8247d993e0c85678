// Lets go of single points when their days are over, once an hour.
import type { ExpiredPoints, PointRetention } from './point-retention.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface RetentionClockParts {
  retention: PointRetention;
  /** How long single points are kept; null keeps them for ever. */
  days: number | null;
  expired: (what: ExpiredPoints) => void;
  onError: (error: unknown) => void;
  clock: () => number;
}

export class RetentionClock {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RetentionClockParts) {}

  get days(): number | null {
    return this.parts.days;
  }

  start(everyMs = HOUR_MS): void {
    if (this.parts.days === null) return;
    const again = (): void => void (this.looking = this.looking.then(() => this.look()).catch(this.parts.onError));
    again();
    this.timer = setInterval(again, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { retention, days, expired, clock } = this.parts;
    const what = await retention.expire(clock() - days! * DAY_MS);
    if (what.points > 0) expired(what);
  }
}
