// A run that went back to a checkpoint far before: whether its first points there are as low as they were the first time.
import { RETURNING, RETURN_SUM, RETURN_TO } from './judge-slots.js';

/** Points by whose mean it is compared with itself, and how far that may lie above, in log loss and in deviations of a point. */
const POINTS = 8;
const ABOVE = 0.15;
const DEVIATIONS = 3;

export class FarReturn {
  constructor(private readonly state: Float64Array) {}

  get waits(): boolean {
    return this.state[RETURNING]! > 0;
  }

  /** @param level log loss there, the first time */
  begin(level: number): void {
    const s = this.state;
    s[RETURNING] = POINTS;
    s[RETURN_SUM] = 0;
    s[RETURN_TO] = level;
  }

  /** Takes in the log loss of one point. Null while too few are known; else whether they are as low as they were. */
  push(y: number, deviation: number): boolean | null {
    const s = this.state;
    s[RETURN_SUM]! += y;
    if (--s[RETURNING]! > 0) return null;
    const above = s[RETURN_SUM]! / POINTS - s[RETURN_TO]!;
    s[RETURN_SUM] = 0;
    return above <= Math.max(ABOVE, DEVIATIONS * deviation);
  }
}
