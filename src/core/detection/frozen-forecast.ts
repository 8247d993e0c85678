// The forecast as it was before an onset: it stands still while the deviation is open, and residuals are taken against it.
import type { CoefficientHistory } from './coefficient-history.js';
import type { CurveScan } from './curve-scan.js';
import { BEST, FROZEN, OFFSET } from './judge-slots.js';
import type { Finding } from './finding.js';
import type { ResidualTrail } from './residual-trail.js';
import type { SpikeScan } from './spike-scan.js';
import { FEATURES } from './training-position.js';

const BINS_BEFORE = 5;
const LONGEST_SHORT = 31;

export class FrozenForecast {
  constructor(
    private readonly state: Float64Array,
    private readonly history: CoefficientHistory,
    private readonly spikes: SpikeScan,
    private readonly curve: CurveScan,
    private readonly trail: ResidualTrail,
  ) {}

  /**
   * Freezes the forecast before the onset, and lays the residuals since then on the trail: from the bins, or point by
   * point for a short one.
   *
   * @param learnt points that the predictor has learnt from
   */
  freeze({ test, back }: Finding, learnt: number): void {
    const s = this.state;
    const { trail } = this;
    trail.clear();
    if (test === 0 || test === 3) {
      const base = test === 0 ? this.spikes.base() : 0;
      s[OFFSET] = base;
      for (let i = Math.min(back, LONGEST_SHORT) - 1; i >= 0; i--) trail.add(this.spikes.recent(i) - base, 1);
      this.history.before(learnt, s, FROZEN);
      return;
    }
    this.history.before(learnt - back, s, FROZEN);
    let onset = 0;
    for (let points = 0; points < back; onset++) points += this.curve.bin(onset)?.points ?? back;
    let [sum, n] = [0, 0];
    for (let i = onset; i < onset + BINS_BEFORE; i++) {
      const bin = this.curve.bin(i);
      if (!bin) break;
      sum += bin.points * (bin.y - this.at(bin.u, bin.relaxed));
      n += bin.points;
    }
    s[OFFSET] = n > 0 ? sum / n : 0;
    for (let i = onset - 1; i >= 0; i--) {
      const bin = this.curve.bin(i)!;
      trail.add(bin.y - this.at(bin.u, bin.relaxed) - s[OFFSET]!, bin.points);
    }
  }

  /** What it foresees of a point with these features, in log loss. */
  foreseen(features: Float64Array, x: number): number {
    let sum = this.state[OFFSET]!;
    for (let i = 0; i < FEATURES; i++) sum += this.state[FROZEN + i]! * features[x + i]!;
    return sum;
  }

  /** Log loss before the onset, as the bins have it. */
  levelBefore({ back }: Finding): number {
    return this.binBefore(back)?.y ?? this.state[BEST]!;
  }

  /** Log loss `back` points ago, as the bins have it; null where they do not reach so far. */
  levelAt(back: number): number | null {
    return this.binBefore(back)?.y ?? null;
  }

  /** Log position at the onset, as the bins have it; `now` for a short one. */
  positionBefore({ test, back }: Finding, now: number): number {
    return test === 0 || test === 3 ? now : (this.binBefore(back)?.u ?? now);
  }

  private binBefore(back: number) {
    for (let i = 0, points = 0; ; i++) {
      const bin = this.curve.bin(i);
      if (!bin || points >= back) return bin;
      points += bin.points;
    }
  }

  private at(u: number, relaxed: Float64Array): number {
    const s = this.state;
    let sum =
      s[FROZEN]! +
      s[FROZEN + 1]! * ((Math.exp(-0.1 * u) - 1) / 0.1) +
      s[FROZEN + 2]! * ((Math.exp(-0.6 * u) - 1) / 0.6);
    for (let j = 0; j < 3; j++) sum += s[FROZEN + 3 + j]! * relaxed[j]!;
    return sum;
  }
}
