// Decides whether what the scans see of the newest point is a deviation: each test against its threshold and the slack it needs.
import type { CurveScan } from './curve-scan.js';
import { HELD, LEANING, SEEN, STRAYED, TOLD_END, TOLD_SIDE, TOLD_Z } from './judge-slots.js';
import type { MonitorSettings } from './monitor-types.js';
import type { Finding } from './finding.js';
import { COMPARED } from './scan-tuning.js';
import type { CurveEvidence } from './shape-tests.js';
import type { SpikeScan } from './spike-scan.js';
import type { TrainingPosition } from './training-position.js';

/** Without a learning rate a decay looks like a deviation: only far more counts. */
const RATE_UNKNOWN = 5.5;
/** The same for spikes, and for them while the rate still rises. */
const SPIKE_SLACK = 1.15;
/** The first stretch is where forecasts err most. */
const EARLY = 600;
const EARLY_SLACK = 1.15;
/** What was found once is in the bins for a while: until the run is half as long again, the same takes this much more. */
const TOLD = 1.3;
const TOLD_UNTIL = 1.5;
/**
 * A run that strayed a few times of late (a mixture of data, by turns easy and hard) will again: beyond the first two each
 * takes this much more, up to a bound. It fades with each test of the curve: by half while the run grows to 2.8 times.
 */
const EACH_TIME = 0.25;
const MOST_STRAYED = 2;
const FREE = 2;
const FADES = 0.98;
/** So much of the trust in its past a run loses with each deviation of late: a third of one is all of it. */
const WARY = 3;
/** After a rate that rose again, how far the loss follows is not known yet. */
const RESTARTED = 1.5;
/** At the end of a decay a better loss says less: how much the last of the rate brings differs from run to run. */
const LOW_RATE = 0.05;
const LOW_SLACK = 1.25;
/** A loss that falls this fast in log time flattens before long, and worse than its curve has it: steps and bends take more. */
const STEEP = 0.15;
const STEEPEST = 0.25;
const STEEP_SLACK = 1.5;
const BOTH = [1, -1] as const;
const WORSE = [1] as const;

export class DeviationFinder {
  private best: Finding | null = null;
  /** How many times its threshold it reaches. */
  private most = 1;

  /** @param compares whether a difference to a reference is judged, not the loss itself */
  constructor(
    private readonly state: Float64Array,
    private readonly spikes: SpikeScan,
    private readonly curve: CurveScan,
    private readonly compares: boolean,
  ) {}

  /** The strongest finding above its threshold, or null. `tested`: the curve was tested at this point. */
  strongest(
    tested: boolean,
    { rateKnown, warmAt, restarted, relativeRate }: TrainingPosition,
    { thresholds }: MonitorSettings,
  ): Finding | null {
    const s = this.state;
    const early = s[SEEN]! < EARLY ? EARLY_SLACK : 1;
    const spike = this.spikes.found;
    this.best = null;
    this.most = 1;
    const strayed = Math.min(MOST_STRAYED, 1 + EACH_TIME * Math.max(0, s[STRAYED]! - FREE));
    const usual = strayed * (restarted ? RESTARTED : 1);
    const threshold = usual * thresholds.spike * (rateKnown && warmAt > 0 && early === 1 ? 1 : SPIKE_SLACK);
    if (s[HELD] === 0 && spike.z >= threshold * (this.compares ? COMPARED.spike : 1) && !this.spikes.ramps()) {
      this.most = spike.z / threshold;
      this.best = { test: 0, z: spike.z, side: 1, back: spike.back, size: spike.size };
    }
    if (!tested) return this.best;
    s[STRAYED]! *= FADES;
    const { step, bend } = this.curve;
    for (const at of [0, 1]) s[LEANING + at] = Math.max(step[at]!.z, bend[at]!.z);
    const isSure = rateKnown || this.compares;
    const slack = (isSure ? 1 : RATE_UNKNOWN) * early * usual;
    const steep = this.compares ? 1 : steepSlack(this.curve.fall);
    const low = relativeRate < LOW_RATE ? LOW_SLACK : 1;
    // Without a learning rate nobody knows whether a better loss is news or a decay.
    for (const side of isSure ? BOTH : WORSE) {
      const at = side === 1 ? 0 : 1;
      this.consider(1, side, step[at]!, slack * (side === 1 ? steep * thresholds.step : low * thresholds.stepBetter));
      this.consider(2, side, bend[at]!, slack * (side === 1 ? steep * thresholds.bend : low * thresholds.bendBetter));
    }
    return this.best;
  }

  /**
   * How little of its past a run is trusted by, 0 to 1: that it strays less than others do tells nothing of what comes once it
   * strayed far, nor behind a rate that rose again.
   */
  wary({ restarted }: TrainingPosition): number {
    return restarted ? 1 : Math.min(1, WARY * this.state[STRAYED]!);
  }

  /** It is told: the same on the same side takes more, for as long as it is open. */
  tell({ test, side, z }: Finding): void {
    const s = this.state;
    s[STRAYED]!++;
    s[TOLD_SIDE] = side;
    s[TOLD_Z] = test === 1 || test === 2 ? z : 0;
    s[TOLD_END] = Infinity;
  }

  /** What was told is over: the same takes more for a while yet. */
  settle(): void {
    const s = this.state;
    s[TOLD_END] = TOLD_UNTIL * s[SEEN]!;
  }

  private consider(test: 1 | 2, side: 1 | -1, { z, back, size }: CurveEvidence, threshold: number): void {
    const s = this.state;
    const told = side === s[TOLD_SIDE] && s[SEEN]! < s[TOLD_END]! ? TOLD * s[TOLD_Z]! : 0;
    const own = this.compares ? comparedSlack(test, back / s[SEEN]!) : 1;
    const ratio = z / (threshold * own);
    if (z < told || ratio < this.most) return;
    this.most = ratio;
    this.best = { test, z, side, back, size };
  }
}

/** How much clearer a worse step or bend must be of a curve with this slope in log time. */
const steepSlack = (fall: number): number =>
  1 + (STEEP_SLACK - 1) * Math.max(0, Math.min(1, (fall - STEEP) / (STEEPEST - STEEP)));

/** How much clearer a step or bend of a difference must be, from an onset that lies `share` of the comparison back. */
function comparedSlack(test: 1 | 2, share: number): number {
  const slack = test === 1 ? COMPARED.stepSlack : COMPARED.bendSlack;
  return share > COMPARED.far ? Math.max(slack, COMPARED.farSlack) : slack;
}
