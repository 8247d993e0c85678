// How far single points stray from the forecast, and means of several, learnt from the residuals.
import type { CurveJudge } from './curve-judge.js';
import { BLOCKS, BLOCK_COUNT, BLOCK_LAST, BLOCK_SUM, LAST, SCALES } from './judge-slots.js';
import { SCALE_SIZE, learnScale, relearnScale, scaleAt, scaleCount } from './robust-scale.js';

const SCALE_MEMORY = 300;
const BLOCK = 8;
const BLOCK_MEMORY = 100;
const BLOCK_PRIOR = 12;
/** Least noise of a difference to a reference, as a share of the run's own. */
const LEAST_SHARE = 0.05;
/** Neighbours differ by less than this share of how far they stray where a log is smoothed; in a run that falls off its curve, by more. */
const TOGETHER = 0.4;
const DIFFERENCES = SCALES;
const RESIDUALS = SCALES + SCALE_SIZE;
const MEANS = SCALES + 2 * SCALE_SIZE;

export class PointNoise {
  constructor(
    private readonly state: Float64Array,
    private readonly whole: CurveJudge | null,
  ) {}

  /** @returns the deviation with this residual learnt */
  learn(residual: number): number {
    const s = this.state;
    learnScale(s, DIFFERENCES, (residual - s[LAST]!) / Math.SQRT2, SCALE_MEMORY);
    learnScale(s, RESIDUALS, residual, SCALE_MEMORY);
    s[LAST] = residual;
    return this.deviation();
  }

  /** It may be another from here on: what is learnt counts for less beside what comes. */
  relearn(): void {
    for (const scale of [DIFFERENCES, RESIDUALS, MEANS]) relearnScale(this.state, scale);
  }

  /** Deviation of a single point from its forecast, in log loss. */
  deviation(): number {
    const own = Math.max(scaleAt(this.state, DIFFERENCES), 0.5 * scaleAt(this.state, RESIDUALS));
    // Runs alike to the last bit leave nothing; once they part, a part of the batches' noise comes back.
    return this.whole ? Math.max(own, LEAST_SHARE * this.whole.deviation()) : own;
  }

  /**
   * Deviation of a single value from its forecast for a band that is to hold it: where neighbours stray together, as where data
   * come in waves, values lie further off than the differences of neighbours say.
   */
  spread(): number {
    return Math.max(this.deviation(), scaleAt(this.state, RESIDUALS));
  }

  /** Whether neighbouring residuals go together, as in a smoothed log: their means are less sure than they look. */
  goesTogether(): boolean {
    return scaleAt(this.state, DIFFERENCES) < TOGETHER * scaleAt(this.state, RESIDUALS);
  }

  /** Variance of a point as means of several show it: above that of single ones where the noise is correlated. */
  blockVariance(residual: number, deviation: number): number {
    const s = this.state;
    s[BLOCK_SUM]! += residual;
    if (++s[BLOCK_COUNT]! === BLOCK) {
      const mean = s[BLOCK_SUM]! / BLOCK;
      if (s[BLOCKS]!++ > 0) learnScale(s, MEANS, (mean - s[BLOCK_LAST]!) * Math.sqrt(BLOCK / 2), BLOCK_MEMORY);
      s[BLOCK_LAST] = mean;
      s[BLOCK_SUM] = s[BLOCK_COUNT] = 0;
    }
    const count = scaleCount(s, MEANS);
    const learnt = scaleAt(s, MEANS);
    const white = deviation * deviation;
    return Math.max(white, (BLOCK_PRIOR * white + count * learnt * learnt) / (BLOCK_PRIOR + count));
  }
}
