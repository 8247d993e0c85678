// Points in a row far above the forecast, by their height alone: spikes too short for the matched filter, jumps that may be the rate's.
import { ABOVE, BEST, HELD, HELD_FROM, HELD_LOW, HELD_TOP, SEEN } from './judge-slots.js';
import type { Finding } from './finding.js';

const FAR_ABOVE = 0.3;
const FAR_DEVIATIONS = 8;
const ABOVE_LEAST = 3;
const TALL = 5;
/** In log loss: what is smaller is left to the matched filter. */
const TALL_LEAST = 0.15;
/**
 * Where no rate is known a jump up to this much in log loss may be a rate that was raised: told once it falls back by half,
 * as spikes do, and within so many points.
 */
const TALL_STEP = 0.5;
const HELD_TELLS = 48;
const HELD_LONGEST = 150;

export class TallPoints {
  constructor(private readonly state: Float64Array) {}

  /** Points in a row far above the forecast: spikes too short for the matched filter, which bounds each point. */
  found(y: number, residual: number, deviation: number, rateKnown: boolean): Finding | null {
    const s = this.state;
    if (s[HELD]! > 0) return this.held(y - s[HELD_FROM]!, deviation);
    s[ABOVE] = residual > Math.max(TALL * deviation, TALL_LEAST) ? s[ABOVE]! + 1 : 0;
    if (s[ABOVE]! < ABOVE_LEAST) return null;
    if (rateKnown || residual > TALL_STEP) return tallOf(residual, deviation, ABOVE_LEAST);
    s[HELD] = s[SEEN]!;
    s[HELD_FROM] = y - residual;
    s[HELD_TOP] = residual;
    s[HELD_LOW] = 0;
    return null;
  }

  /** A jump without a rate to explain it: a spike once it has fallen back by half. */
  private held(above: number, deviation: number): Finding | null {
    const s = this.state;
    const top = (s[HELD_TOP] = Math.max(s[HELD_TOP]!, above));
    const back = s[SEEN]! - s[HELD]! + ABOVE_LEAST;
    if (above > TALL_STEP) return this.release(tallOf(above, deviation, back));
    s[HELD_LOW] = above < top / 2 ? s[HELD_LOW]! + 1 : 0;
    if (s[HELD_LOW]! >= ABOVE_LEAST) return this.release(back <= HELD_TELLS ? tallOf(top, deviation, back) : null);
    return back > HELD_LONGEST ? this.release(null) : null;
  }

  /** A jump that waits is no longer measured from where it began: the run goes back, or it is told of. Says whether one did. */
  interrupt(): boolean {
    if (this.state[HELD] === 0) return false;
    this.release(null);
    return true;
  }

  private release(finding: Finding | null): Finding | null {
    this.state[HELD] = this.state[ABOVE] = 0;
    return finding;
  }

  /** Before there is a forecast to trust: several points in a row far above the best loss so far. */
  farAbove(y: number, deviation: number): Finding | null {
    const s = this.state;
    const above = y - s[BEST]!;
    s[ABOVE] = above > Math.max(FAR_ABOVE, FAR_DEVIATIONS * deviation) ? s[ABOVE]! + 1 : 0;
    if (s[ABOVE]! < ABOVE_LEAST) return null;
    return { test: 3, z: above / deviation, side: 1, back: s[ABOVE]!, size: above };
  }

  /** What was told is over. */
  settle(): void {
    this.state[ABOVE] = 0;
  }
}

const tallOf = (residual: number, deviation: number, back: number): Finding => ({
  ...{ test: 0, z: (residual / deviation) * Math.sqrt(ABOVE_LEAST) },
  ...{ side: 1, back, size: residual },
});
