// Judges one metric of a run point by point: predict, compare, look for deviations, follow the one that is open.
import { CoefficientHistory, HISTORY_SIZE } from './coefficient-history.js';
import { computeShare } from './compute-share.js';
import { CURVE_SCAN_SIZE, CurveScan } from './curve-scan.js';
import { COMPARED } from './scan-tuning.js';
import type { CurveEvidence } from './shape-tests.js';
import { LossPredictor, PREDICTOR_SIZE } from './loss-predictor.js';
import type { MonitorEvent, MonitorSettings, Standing } from './monitor-types.js';
import { NON_FINITE_SIZE, NonFiniteWatch } from './non-finite-watch.js';
import { type Finding, OPEN_SIZE, OpenDeviation, type Outside } from './open-deviation.js';
import { SCALE_SIZE, learnScale, scaleAt, scaleCount } from './robust-scale.js';
import { SPIKE_SCAN_SIZE, SpikeScan } from './spike-scan.js';
import { FEATURES, type TrainingPosition } from './training-position.js';

const SEEN = 0; // finite values
const LAST = 1; // newest residual
const VALUE = 2; // newest value
const BEST = 3; // lowest log loss so far
const EXPECTED = 4; // expected log loss of the newest point
const JUDGED = 5;
const STEP = 6;
const BLOCK_SUM = 7;
const BLOCK_COUNT = 8;
const BLOCK_LAST = 9;
const BLOCKS = 10;
const ABOVE = 11; // points in a row far above the best
const TOLD_SIDE = 12;
const TOLD_Z = 13;
const TOLD_END = 14;
const OFFSET = 15; // of the forecast that stands while a deviation is open
const FROZEN = 16; // its coefficients
const SCALES = FROZEN + FEATURES; // of differences, of residuals, of blocks
const PREDICTOR = SCALES + 3 * SCALE_SIZE;
const HISTORY = PREDICTOR + PREDICTOR_SIZE;
const SPIKES = HISTORY + HISTORY_SIZE;
const CURVE = SPIKES + SPIKE_SCAN_SIZE;
const DEVIATION = CURVE + CURVE_SCAN_SIZE;
const NON_FINITE = DEVIATION + OPEN_SIZE;
const CARRIED = NON_FINITE + NON_FINITE_SIZE; // by the reference, of the newest point
const LEANING = CARRIED + 1; // strongest evidence of the last test of the curve, worse and better
const ONSET_AT = LEANING + 2; // log position at the onset of what is open
export const JUDGE_SIZE = ONSET_AT + 1;

const FIRST_FIT = 20;
/** Fitting begins at the end of the warm-up, or after this many points if that goes on. */
const PATIENCE = 100;
const FIRST_JUDGED = 300;
const CLIP = 4;
const HUBER = 2;
const SCALE_MEMORY = 300;
const BAND = 1.645; // 90 %
/** The forecast's own error, in units of the curve's slope in log time. */
const FORECAST_ERROR = 0.1;
const BLOCK = 8;
const BLOCK_MEMORY = 100;
const BLOCK_PRIOR = 12;
/** Without a learning rate a decay looks like a deviation: only far more counts. */
const RATE_UNKNOWN = 4.5;
/** The same for spikes, and for them while the rate still rises. */
const SPIKE_SLACK = 1.15;
/** The first stretch is where forecasts err most. */
const EARLY = 600;
const EARLY_SLACK = 1.15;
/** What was found once is in the bins for a while: until the run is half as long again, the same takes this much more. */
const TOLD = 1.3;
const TOLD_UNTIL = 1.5;
const BOTH = [1, -1] as const;
const WORSE = [1] as const;
const FAR_ABOVE = 0.3;
const FAR_DEVIATIONS = 8;
const ABOVE_LEAST = 3;
const TALL = 5;
/** In log loss: what is smaller is left to the matched filter. */
const TALL_LEAST = 0.15;
const BINS_BEFORE = 5;
/** Least noise of a difference to a reference, as a share of the run's own. */
const LEAST_SHARE = 0.05;
/** More than this is no decay's doing. */
const STEEPER = 1.2;

/** How much clearer a step or bend of a difference must be, from an onset that lies `share` of the comparison back. */
function comparedSlack(test: 1 | 2, share: number): number {
  const slack = test === 1 ? COMPARED.stepSlack : COMPARED.bendSlack;
  return share > COMPARED.far ? Math.max(slack, COMPARED.farSlack) : slack;
}

/** The judgement of the loss itself, for one that judges its difference to a reference. */
export interface CurveJudge {
  /** Of the curve in log compute, slow and fast. */
  slopes(): [number, number];
  /** Slope in log time. */
  fall(): number;
  /** Deviation of a single point. */
  deviation(): number;
  /** Whether the run was the reference to the last digit before they parted. */
  twin(): boolean;
  /** What the reference carries at a step, in log loss. */
  carriedAt(step: number): number;
}

/** The judge of one metric; all its state lies in `state`, so that a snapshot is a copy of it. */
export class MetricJudge {
  private readonly predictor: LossPredictor;
  private readonly history: CoefficientHistory;
  private readonly spikes: SpikeScan;
  private readonly curve: CurveScan;
  private readonly open: OpenDeviation;
  private readonly bad: NonFiniteWatch;

  constructor(
    readonly metric: string,
    readonly state: Float64Array,
    private readonly whole: CurveJudge | null = null,
  ) {
    this.predictor = new LossPredictor(state, PREDICTOR, whole !== null);
    this.history = new CoefficientHistory(state, HISTORY);
    this.spikes = new SpikeScan(state, SPIKES);
    this.curve = new CurveScan(state, CURVE, whole !== null);
    this.open = new OpenDeviation(metric, state, DEVIATION);
    this.bad = new NonFiniteWatch(metric, state, NON_FINITE);
  }

  /** Takes in one value at the newest training position. Changes of deviations are added to `events`. */
  push(
    value: number,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    settings: MonitorSettings,
    events: MonitorEvent[],
    carried = 0,
  ): void {
    const s = this.state;
    s[CARRIED] = carried;
    s[STEP] = position.step;
    s[VALUE] = value;
    if (!Number.isFinite(value)) return this.bad.bad(value, position.step, attempt, events);
    this.bad.good(value, position.step, events);
    if (!(value > 0)) return;
    const y = Math.log(value) - carried;
    s[SEEN]!++;
    s[EXPECTED] = NaN;
    const x = position.featureOffset;
    if (!this.predictor.ready) return this.warmUp(y, position, features);
    if (this.open.active) return this.follow(y, position, features, events);
    const expected = this.predictor.predict(features, x);
    s[EXPECTED] = expected;
    const residual = y - expected;
    const deviation = this.learnDeviation(residual);
    if (!(deviation > 0)) return this.predictor.learn(features, x, y, 1, 0.03);
    const clipped = Math.max(-CLIP * deviation, Math.min(CLIP * deviation, residual));
    const variance = this.blockVariance(clipped, deviation);
    this.history.offer(this.predictor.count, s, this.predictor.coefficientOffset);
    this.predictor.learn(
      features,
      x,
      y,
      Math.min(1, (HUBER * deviation) / Math.max(Math.abs(residual), 1e-12)),
      deviation,
    );
    const judged = s[SEEN]! >= FIRST_JUDGED;
    s[JUDGED] = judged ? 1 : 0;
    this.spikes.push(clipped, Math.sqrt(variance));
    if (this.whole) {
      this.curve.wholeFall = this.whole.fall();
      this.curve.twin = this.whole.twin();
    }
    const tested = this.curve.push(expected + clipped, position.logTravelled, features, x, variance, judged);
    const finding = judged
      ? (this.strongest(tested, position, settings) ?? this.tall(residual, deviation))
      : this.whole
        ? null
        : this.farAbove(y, deviation);
    if (y < s[BEST]!) s[BEST] = y;
    if (finding) this.begin(finding, position, features, attempt, events);
    else if (judged && this.open.settled) this.open.expire(this.outside(position), events);
  }

  /** Whether its newest point was judged. */
  get judges(): boolean {
    return this.state[JUDGED] === 1;
  }
  /** Whether what is open was found as a step or a bend of the curve, not as a spike or by its height. */
  get ofCurve(): boolean {
    return this.open.test === 1 || this.open.test === 2;
  }
  /** The strongest evidence for a step or a bend at the last test. */
  leaning(side: MonitorEvent['side']): number {
    const at = side === 'worse' ? 0 : 1;
    return this.state[LEANING + at]!;
  }
  fall(): number {
    return this.curve.fall;
  }
  slopes(): [number, number] {
    const s = this.state;
    const c = this.open.active ? FROZEN : this.predictor.coefficientOffset;
    return [s[c + 1]!, s[c + 2]!];
  }

  standing(): Standing | null {
    const s = this.state;
    if (s[SEEN] === 0 && s[STEP] === 0) return null;
    const spread = this.deviation();
    // Said at many steps: the fields one by one, since to copy them from another object takes ten times as long.
    if (!Number.isFinite(s[EXPECTED]!) || s[JUDGED] !== 1 || !(spread > 0))
      return {
        step: s[STEP]!,
        observed: s[VALUE]!,
        expected: null,
        lower: null,
        upper: null,
        sigma: null,
        state: 'warming-up',
        reason: `too few points: ${s[SEEN]} of the ${FIRST_JUDGED} that a forecast is judged by`,
      };
    return {
      step: s[STEP]!,
      observed: s[VALUE]!,
      expected: Math.exp(s[CARRIED]! + s[EXPECTED]!),
      lower: Math.exp(s[CARRIED]! + s[EXPECTED]! - BAND * spread),
      upper: Math.exp(s[CARRIED]! + s[EXPECTED]! + BAND * spread),
      sigma: s[VALUE]! > 0 ? (Math.log(s[VALUE]!) - s[CARRIED]! - s[EXPECTED]!) / spread : null,
      state: 'judged',
      reason: null,
    };
  }

  /** The run ended: what is open is resolved as it stands. */
  end(position: TrainingPosition, events: MonitorEvent[]): void {
    this.open.end(this.outside(position), events);
    this.bad.close(this.state[VALUE]!, this.state[STEP]!, events);
  }

  private warmUp(y: number, position: TrainingPosition, features: Float64Array): void {
    const s = this.state;
    if (s[SEEN] === 1 || y < s[BEST]!) s[BEST] = y;
    if (this.predictor.count === 0) {
      const warm = position.warmAt > 0 && position.travelled >= 1.3 * position.warmAt && s[SEEN]! >= FIRST_FIT;
      if (!warm && s[SEEN]! < PATIENCE) return;
      position.anchor();
    }
    this.predictor.learn(features, position.featureOffset, y, 1, 0.03);
  }

  private learnDeviation(residual: number): number {
    const s = this.state;
    learnScale(s, SCALES, (residual - s[LAST]!) / Math.SQRT2, SCALE_MEMORY);
    learnScale(s, SCALES + SCALE_SIZE, residual, SCALE_MEMORY);
    s[LAST] = residual;
    return this.deviation();
  }

  /** Deviation of a single point from its forecast, in log loss. */
  deviation(): number {
    const own = Math.max(scaleAt(this.state, SCALES), 0.5 * scaleAt(this.state, SCALES + SCALE_SIZE));
    // Runs alike to the last bit leave nothing; once they part, a part of the batches' noise comes back.
    return this.whole ? Math.max(own, LEAST_SHARE * this.whole.deviation()) : own;
  }

  /** Variance of a point as means of several show it: above that of single ones where the noise is correlated. */
  private blockVariance(residual: number, deviation: number): number {
    const s = this.state;
    s[BLOCK_SUM]! += residual;
    if (++s[BLOCK_COUNT]! === BLOCK) {
      const mean = s[BLOCK_SUM]! / BLOCK;
      const scale = SCALES + 2 * SCALE_SIZE;
      if (s[BLOCKS]!++ > 0) learnScale(s, scale, (mean - s[BLOCK_LAST]!) * Math.sqrt(BLOCK / 2), BLOCK_MEMORY);
      s[BLOCK_LAST] = mean;
      s[BLOCK_SUM] = s[BLOCK_COUNT] = 0;
    }
    const count = scaleCount(s, SCALES + 2 * SCALE_SIZE);
    const learnt = scaleAt(s, SCALES + 2 * SCALE_SIZE);
    const white = deviation * deviation;
    return Math.max(white, (BLOCK_PRIOR * white + count * learnt * learnt) / (BLOCK_PRIOR + count));
  }

  /** The strongest finding above its threshold, or null. */
  private strongest(tested: boolean, position: TrainingPosition, { thresholds }: MonitorSettings): Finding | null {
    const s = this.state;
    const { rateKnown } = position;
    const early = s[SEEN]! < EARLY ? EARLY_SLACK : 1;
    const slack = (rateKnown || this.whole ? 1 : RATE_UNKNOWN) * early;
    const spike = this.spikes.found;
    let best: Finding | null = null;
    let most = 1;
    const threshold = thresholds.spike * (rateKnown && position.warmAt > 0 && early === 1 ? 1 : SPIKE_SLACK);
    if (spike.z >= threshold * (this.whole ? COMPARED.spike : 1)) {
      most = spike.z / threshold;
      best = { test: 0, z: spike.z, side: 1, back: spike.back, size: spike.size };
    }
    if (!tested) return best;
    for (const at of [0, 1]) s[LEANING + at] = Math.max(this.curve.step[at]!.z, this.curve.bend[at]!.z);
    const consider = (test: 1 | 2, side: 1 | -1, { z, back, size }: CurveEvidence, threshold: number): void => {
      const told = side === s[TOLD_SIDE] && s[SEEN]! < s[TOLD_END]! ? TOLD * s[TOLD_Z]! : 0;
      const own = this.whole ? comparedSlack(test, back / s[SEEN]!) : 1;
      const ratio = z / (threshold * slack * own);
      if (z < told || ratio < most) return;
      most = ratio;
      best = { test, z, side, back, size };
    };
    // Without a learning rate nobody knows whether a better loss is news or a decay.
    for (const side of rateKnown || this.whole ? BOTH : WORSE) {
      const at = side === 1 ? 0 : 1;
      consider(1, side, this.curve.step[at]!, side === 1 ? thresholds.step : thresholds.stepBetter);
      consider(2, side, this.curve.bend[at]!, side === 1 ? thresholds.bend : thresholds.bendBetter);
    }
    return best;
  }

  /** Points in a row far above the forecast: spikes too short for the matched filter, which bounds each point. */
  private tall(residual: number, deviation: number): Finding | null {
    const s = this.state;
    s[ABOVE] = residual > Math.max(TALL * deviation, TALL_LEAST) ? s[ABOVE]! + 1 : 0;
    if (s[ABOVE]! < ABOVE_LEAST) return null;
    const z = (residual / deviation) * Math.sqrt(ABOVE_LEAST);
    return { test: 0, z, side: 1, back: s[ABOVE]!, size: residual };
  }

  /** Before there is a forecast to trust: several points in a row far above the best loss so far. */
  private farAbove(y: number, deviation: number): Finding | null {
    const s = this.state;
    const above = y - s[BEST]!;
    s[ABOVE] = above > Math.max(FAR_ABOVE, FAR_DEVIATIONS * deviation) ? s[ABOVE]! + 1 : 0;
    if (s[ABOVE]! < ABOVE_LEAST) return null;
    return { test: 3, z: above / deviation, side: 1, back: s[ABOVE]!, size: above };
  }

  private begin(
    finding: Finding,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    events: MonitorEvent[],
  ): void {
    const s = this.state;
    this.history.before(this.predictor.count - finding.back, s, FROZEN);
    s[OFFSET] = 0;
    this.layTrail(finding);
    const onset = position.step - finding.back * position.interval;
    const level = this.levelBefore(finding) + (this.whole?.carriedAt(onset) ?? 0);
    s[EXPECTED] = this.foreseen(features, position.featureOffset);
    s[ONSET_AT] = this.positionBefore(finding, position.logTravelled);
    s[TOLD_SIDE] = finding.side;
    s[TOLD_Z] = finding.test === 1 || finding.test === 2 ? finding.z : 0;
    s[TOLD_END] = Infinity;
    const { trail } = this.open;
    const size = finding.test === 2 ? trail.recent(Math.max(8, finding.back / 4)) : finding.size;
    this.open.begin({ ...finding, size }, level, attempt, this.outside(position), events);
    this.curve.forget(Math.min(finding.back, 64));
  }

  /** Residuals since the onset against what was foreseen before it: from the bins, or point by point for a short one. */
  private layTrail({ test, back }: Finding): void {
    const s = this.state;
    const { trail } = this.open;
    trail.clear();
    if (test === 0 || test === 3) {
      const base = test === 0 ? this.spikes.base() : 0;
      s[OFFSET] = base;
      for (let i = Math.min(back, 31) - 1; i >= 0; i--) trail.add(this.spikes.recent(i) - base, 1);
      this.history.before(this.predictor.count, s, FROZEN);
      return;
    }
    let onset = 0;
    for (let points = 0; points < back; onset++) points += this.curve.bin(onset)?.points ?? back;
    let [sum, n] = [0, 0];
    for (let i = onset; i < onset + BINS_BEFORE; i++) {
      const bin = this.curve.bin(i);
      if (!bin) break;
      sum += bin.points * (bin.y - this.frozenAt(bin.u, bin.relaxed));
      n += bin.points;
    }
    s[OFFSET] = n > 0 ? sum / n : 0;
    for (let i = onset - 1; i >= 0; i--) {
      const bin = this.curve.bin(i)!;
      trail.add(bin.y - this.frozenAt(bin.u, bin.relaxed) - s[OFFSET]!, bin.points);
    }
  }

  private levelBefore({ back }: Finding): number {
    for (let i = 0, points = 0; ; i++) {
      const bin = this.curve.bin(i);
      if (!bin) return this.state[BEST]!;
      if (points >= back) return bin.y;
      points += bin.points;
    }
  }

  /** Log position at the onset, as the bins have it. */
  private positionBefore({ test, back }: Finding, now: number): number {
    if (test === 0 || test === 3) return now;
    for (let i = 0, points = 0; ; i++) {
      const bin = this.curve.bin(i);
      if (!bin) return now;
      if (points >= back) return bin.u;
      points += bin.points;
    }
  }

  private frozenAt(u: number, relaxed: Float64Array): number {
    const s = this.state;
    let sum =
      s[FROZEN]! +
      s[FROZEN + 1]! * ((Math.exp(-0.1 * u) - 1) / 0.1) +
      s[FROZEN + 2]! * ((Math.exp(-0.6 * u) - 1) / 0.6);
    for (let j = 0; j < 3; j++) sum += s[FROZEN + 3 + j]! * relaxed[j]!;
    return sum;
  }

  private foreseen(features: Float64Array, x: number): number {
    let sum = this.state[OFFSET]!;
    for (let i = 0; i < FEATURES; i++) sum += this.state[FROZEN + i]! * features[x + i]!;
    return sum;
  }

  /** An active deviation: the forecast stands still, the metric is compared with it. */
  private follow(y: number, position: TrainingPosition, features: Float64Array, events: MonitorEvent[]): void {
    const s = this.state;
    const expected = this.foreseen(features, position.featureOffset);
    s[EXPECTED] = expected;
    this.curve.skip();
    const shift = this.open.follow(y - expected, this.outside(position), events);
    if (shift === null) return;
    const x = position.featureOffset;
    // The forecast goes on from where the run stands.
    const gap = expected + shift - this.predictor.predict(features, x);
    this.predictor.rebase(gap);
    this.history.rebase(gap);
    if (shift !== 0) this.curve.rebase(shift);
    this.spikes.rebase();
    s[TOLD_END] = TOLD_UNTIL * s[SEEN]!;
    s[LAST] = 0;
    s[ABOVE] = 0;
  }

  /** In a decay the loss falls faster than the two powers of the compute have it: the curve's slope as it was counts, too. */
  private worth(offset: number, [slow, fast]: [number, number], u: number): number | null {
    const slope = slow * Math.exp(-0.1 * u) + fast * Math.exp(-0.6 * u);
    const steeper = Math.max(1, Math.min(STEEPER, (this.whole ?? this).fall() / slope));
    return computeShare(steeper * slow, steeper * fast, u, offset);
  }

  private outside(position: TrainingPosition): Outside {
    const s = this.state;
    const [now, then] = [position.logTravelled, s[ONSET_AT]!];
    const slopes = this.whole ? this.whole.slopes() : ([s[FROZEN + 1]!, s[FROZEN + 2]!] as [number, number]);
    return {
      step: s[STEP]!,
      interval: position.interval,
      value: s[VALUE]!,
      expected: s[CARRIED]! + s[EXPECTED]!,
      deviation: this.deviation(),
      pointDeviation: (this.whole ?? this).deviation(),
      fall: (this.whole ?? this).fall(),
      error: FORECAST_ERROR * this.curve.fall,
      seen: s[SEEN]!,
      worth: (offset, at) => this.worth(offset, slopes, at === 'onset' ? then : now),
    };
  }
}
