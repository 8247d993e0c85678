// Judges one metric of a run point by point: predict, compare, look for deviations, follow the one that is open.
import { CoefficientHistory } from './coefficient-history.js';
import type { CurveJudge } from './curve-judge.js';
import { CurveScan } from './curve-scan.js';
import { DeviationFinder } from './deviation-finder.js';
import { FarReturn } from './far-return.js';
import { FrozenForecast } from './frozen-forecast.js';
import {
  BEST,
  BLOCK_COUNT,
  CARRIED,
  CURVE,
  DEVIATION,
  EXPECTED,
  FROZEN,
  HISTORY,
  JUDGED,
  LAST,
  LEANING,
  NON_FINITE,
  ONSET_AT,
  PREDICTOR,
  SEEN,
  SPIKES,
  STEP,
  VALUE,
} from './judge-slots.js';
import { LossPredictor } from './loss-predictor.js';
import type { MonitorEvent, MonitorSettings, Standing } from './monitor-types.js';
import { NonFiniteWatch } from './non-finite-watch.js';
import type { Finding } from './finding.js';
import { OpenDeviation } from './open-deviation.js';
import type { Outside } from './outside.js';
import { outsideOf } from './outside-of.js';
import { PointNoise } from './point-noise.js';
import { SpikeScan } from './spike-scan.js';
import { FIRST_JUDGED, standingOf } from './standing-of.js';
import { TallPoints } from './tall-points.js';
import type { TrainingPosition } from './training-position.js';

const FIRST_FIT = 20;
/** Fitting begins at the end of the warm-up, or after this many points if that goes on. */
const PATIENCE = 100;
const CLIP = 4;
const HUBER = 2;

/** The judge of one metric; all its state lies in `state`, so that a snapshot is a copy of it. */
export class MetricJudge {
  private readonly predictor: LossPredictor;
  private readonly history: CoefficientHistory;
  private readonly spikes: SpikeScan;
  private readonly curve: CurveScan;
  private readonly open: OpenDeviation;
  private readonly bad: NonFiniteWatch;
  private readonly noise: PointNoise;
  private readonly tall: TallPoints;
  private readonly finder: DeviationFinder;
  private readonly frozen: FrozenForecast;
  private readonly far: FarReturn;

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
    this.noise = new PointNoise(state, whole);
    this.tall = new TallPoints(state);
    this.far = new FarReturn(state);
    this.finder = new DeviationFinder(state, this.spikes, this.curve, whole !== null);
    this.frozen = new FrozenForecast(state, this.history, this.spikes, this.curve, this.open.trail);
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
    if (this.far.waits) {
      if (this.far.push(y, this.deviation()) === true) this.beginAnew();
      return;
    }
    s[SEEN]!++;
    s[EXPECTED] = NaN;
    const x = position.featureOffset;
    if (!this.predictor.ready) return this.warmUp(y, position, features);
    if (this.open.active) return this.follow(y, position, features, events);
    const expected = this.predictor.predict(features, x);
    s[EXPECTED] = expected;
    const residual = y - expected;
    const deviation = this.noise.learn(residual);
    if (!(deviation > 0)) return this.predictor.learn(features, x, y, 1, 0.03);
    const clipped = Math.max(-CLIP * deviation, Math.min(CLIP * deviation, residual));
    const variance = this.noise.blockVariance(clipped, deviation);
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
    this.curve.leastStray = this.noise.goesTogether() ? 1 : this.finder.wary(position);
    const tested = this.curve.push(expected + clipped, position.logTravelled, features, x, variance, judged);
    const finding = judged
      ? (this.finder.strongest(tested, position, settings) ??
        this.tall.found(y, residual, deviation, position.rateKnown))
      : this.whole
        ? null
        : this.tall.farAbove(y, deviation);
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
    return standingOf(this.state, this.noise);
  }

  /** The batch has grown. That it quietens the loss is learnt from the points to come: not every log shows the mean of all of it. */
  batchGrew(): void {
    this.noise.relearn();
  }

  /** The run goes back to a checkpoint: a jump that waits was measured from where it stood. */
  interrupt(): void {
    if (this.tall.interrupt()) this.spikes.rebase();
  }

  /**
   * The run goes back to a checkpoint far before: what was learnt since does not hold there. Its first points are compared with what
   * they were the first time; where they are as low the judge begins anew, else it tells what it sees. What is open from before the
   * checkpoint goes on, what began since is over.
   *
   * @param share of the steps so far that the checkpoint has
   */
  goBack(step: number, share: number, position: TrainingPosition, events: MonitorEvent[]): void {
    const s = this.state;
    if (!this.leaveBehind(step, position, events)) return;
    const level = this.frozen.levelAt(Math.max(1, (1 - share) * s[SEEN]!));
    if (level === null) return this.beginAnew();
    s[BLOCK_COUNT] = 0;
    this.far.begin(level);
  }

  /** The run goes back to a step: what began since is over. @returns whether nothing is open any more */
  leaveBehind(step: number, position: TrainingPosition, events: MonitorEvent[]): boolean {
    this.interrupt();
    if (this.open.active && this.open.startedAt < step) return false;
    this.end(position, events);
    return true;
  }

  private beginAnew(): void {
    const [value, step] = [this.state[VALUE]!, this.state[STEP]!];
    this.state.fill(0);
    this.state[VALUE] = value;
    this.state[STEP] = step;
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

  /** Deviation of a single point from its forecast, in log loss. */
  deviation(): number {
    return this.noise.deviation();
  }

  private begin(
    finding: Finding,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    events: MonitorEvent[],
  ): void {
    const s = this.state;
    this.frozen.freeze(finding, this.predictor.count);
    const onset = position.step - finding.back * position.interval;
    const level = this.frozen.levelBefore(finding) + (this.whole?.carriedAt(onset) ?? 0);
    s[EXPECTED] = this.frozen.foreseen(features, position.featureOffset);
    s[ONSET_AT] = this.frozen.positionBefore(finding, position.logTravelled);
    this.finder.tell(finding);
    // Whatever it was that waited is part of this.
    this.tall.interrupt();
    const { trail } = this.open;
    const size = finding.test === 2 ? trail.recent(Math.max(8, finding.back / 4)) : finding.size;
    this.open.begin({ ...finding, size }, level, attempt, this.outside(position), events);
    this.curve.forget(Math.min(finding.back, 64));
  }

  /** An active deviation: the forecast stands still, the metric is compared with it. */
  private follow(y: number, position: TrainingPosition, features: Float64Array, events: MonitorEvent[]): void {
    const s = this.state;
    const expected = this.frozen.foreseen(features, position.featureOffset);
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
    this.finder.settle();
    this.tall.settle();
    s[LAST] = 0;
  }

  private outside(position: TrainingPosition): Outside {
    return outsideOf(this.state, position, this, this.whole);
  }
}
