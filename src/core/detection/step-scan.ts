// Looks for steps of the residuals at every scale, each against the scale's own usual unrest.
import { SCALE_SIZE, learnScale, scaleAt, scaleCount } from './robust-scale.js';

/** Points in a block of the finest level; each level above doubles it. */
export const FINEST = 4;
export const LEVELS = 12;
const RING = 16;
/** A level: blocks completed, half-done pair, ring of block means, scales of two contrasts. */
const POSTS = [2, 4];
const LEVEL_SIZE = 2 + RING + POSTS.length * SCALE_SIZE;
const POINTS = 0;
const SUM = 1;
const HEAD = 2;
export const STEP_SCAN_SIZE = HEAD + LEVELS * LEVEL_SIZE;

const LEAST_PRE = 6;
const MOST_PRE = 12;
/** The slope of the blocks before counts only as far as they show it clearly. */
const SLOPE_RIDGE = 100;
const SCALE_MEMORY = 200;
/** Prior weight, in contrasts, of the scale expected from the finer level, which is a bit above white noise. */
const PRIOR_COUNT = 6;
const UNREST = 1.1;

/** The strongest contrast that the newest point completed. */
export interface StepEvidence {
  /** Signed, in deviations. */
  z: number;
  /** Points since the assumed onset. */
  back: number;
  /** Points that the contrast looks at. */
  reach: number;
  /** Size of the step. */
  size: number;
}

/**
 * A pyramid of block means over the residuals. Whenever a block of a level completes, the mean of the last two or four
 * blocks is compared with what the blocks before foretell by a level and a shrunken slope. The deviation of each contrast
 * is learnt from the run itself, so that slow forecast errors and correlated noise widen exactly the scales they live on.
 */
export class StepScan {
  readonly found: StepEvidence = { z: 0, back: 0, reach: 0, size: 0 };

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Takes in a residual; `deviation` is that of a single point. True where `found` was renewed. */
  push(residual: number, deviation: number): boolean {
    const { state, offset: o, found } = this;
    found.z = 0;
    state[o + SUM]! += residual;
    if (++state[o + POINTS]! < FINEST) return false;
    let mean = state[o + SUM]! / FINEST;
    state[o + POINTS] = state[o + SUM] = 0;
    let white = deviation / Math.sqrt(FINEST);
    for (let level = 0; level < LEVELS; level++) {
      const at = o + HEAD + level * LEVEL_SIZE;
      const done = ++state[at]!;
      state[at + 2 + ((done - 1) % RING)] = mean;
      white = this.test(level, at, done, white);
      if (done % 2 === 1) {
        state[at + 1] = mean;
        return true;
      }
      mean = (mean + state[at + 1]!) / 2;
      white /= Math.SQRT2;
    }
    return true;
  }

  /** Forgets the levels with blocks of at most `points`, and keeps what was learnt about their unrest. */
  forget(points: number): void {
    const { state, offset: o } = this;
    state[o + POINTS] = state[o + SUM] = 0;
    for (let level = 0; level < LEVELS && FINEST * 2 ** level <= points; level++) {
      const at = o + HEAD + level * LEVEL_SIZE;
      state.fill(0, at, at + 2 + RING);
    }
  }

  /** Tests one level; gives its blocks' deviation, as the scales tell it. */
  private test(level: number, at: number, done: number, white: number): number {
    const { state, found } = this;
    const points = FINEST * 2 ** level;
    let blockDeviation = white;
    for (let p = 0; p < POSTS.length; p++) {
      const post = POSTS[p]!;
      const pre = Math.min(MOST_PRE, done - post);
      if (pre < LEAST_PRE) continue;
      let after = 0;
      for (let i = 0; i < post; i++) after += state[at + 2 + ((done - 1 - i) % RING)]!;
      after /= post;
      let before = 0;
      let slope = 0;
      const middle = (pre - 1) / 2;
      for (let i = 0; i < pre; i++) {
        const value = state[at + 2 + ((done - post - pre + i) % RING)]!;
        before += value;
        slope += (i - middle) * value;
      }
      before /= pre;
      const spread = (pre * (pre * pre - 1)) / 12;
      slope /= spread + SLOPE_RIDGE;
      const away = (pre + post) / 2;
      const size = after - before - slope * away;
      const lever = (away / (spread + SLOPE_RIDGE)) ** 2 * spread;
      const gain = Math.sqrt(1 / post + 1 / pre + lever);
      const scale = at + 2 + RING + p * SCALE_SIZE;
      const count = scaleCount(state, scale);
      const learnt = scaleAt(state, scale);
      const prior = white * gain * UNREST;
      const spreadOut = Math.sqrt((PRIOR_COUNT * prior * prior + count * learnt * learnt) / (PRIOR_COUNT + count));
      const deviation = Math.max(spreadOut, white * gain);
      if (p === 0) blockDeviation = deviation / gain;
      const z = size / deviation;
      if (Math.abs(z) > Math.abs(found.z)) {
        found.z = z;
        found.back = post * points;
        found.reach = (post + pre) * points;
        found.size = size;
      }
      if (done % post === 0) learnScale(state, scale, size, SCALE_MEMORY);
    }
    return blockDeviation;
  }
}
