// Judges one metric of a run point by point: predict, compare, look for deviations, follow the one that is open.
import type { MonitorEvent, MonitorKind, MonitorSettings, Outlook, Standing } from './monitor-types.js';
import { LossPredictor, PREDICTOR_SIZE } from './loss-predictor.js';
import { SCALE_SIZE, learnScale, scaleAt } from './robust-scale.js';
import { SPIKE_SCAN_SIZE, SpikeScan } from './spike-scan.js';
import { STEP_SCAN_SIZE, StepScan } from './step-scan.js';
import type { TrainingPosition } from './training-position.js';

const SEEN = 0; // finite values
const LAST = 1; // newest residual
const VALUE = 2; // newest value
const BEST = 3; // lowest log loss so far
const OPEN = 4; // 0 none, 1 active, 2 settled at a new level
const SIDE = 5; // 1 worse, -1 better
const OPENED = 6;
const STARTED = 7;
const WINDOW = 8; // points over which the open deviation is averaged
const FOLLOWED = 9; // points since it opened
const OFFSET = 10; // the forecast's error before it began
const MEAN = 11; // its size now
const PEAK = 12; // its largest size
const MEAN_BEFORE = 13; // its size at the last look
const KIND = 14;
const SETTLED_AT = 15;
const BAD = 16; // non-finite values in a row
const BAD_OPEN = 17;
const BAD_OPENED = 18;
const BAD_STARTED = 19;
const GOOD = 20; // finite values since
const BAD_ATTEMPT = 21;
const OPEN_ATTEMPT = 22;
const EXPECTED = 23; // expected log loss of the newest point
const JUDGED = 24;
const STEP = 25;
const SCALES = 28; // of differences, of residuals
const PREDICTOR = SCALES + 2 * SCALE_SIZE;
const SPIKES = PREDICTOR + PREDICTOR_SIZE;
const STEPS = SPIKES + SPIKE_SCAN_SIZE;
export const JUDGE_SIZE = STEPS + STEP_SCAN_SIZE;

const KINDS: readonly MonitorKind[] = [
  'pending',
  'spike',
  'shift',
  'drift',
  'divergence',
  'plateau',
  'noisier',
  'better-than-predicted',
];
const FIRST_FIT = 20;
const FIRST_JUDGED = 100;
const FIRST_JUDGED_RATE_UNKNOWN = 150;
const CLIP = 4;
const HUBER = 2;
const SCALE_MEMORY = 300;
const BAND = 1.645; // 90 %
const HEALED_AFTER = 20;

/** The judge of one metric; all its state lies in `state`, so that a snapshot is a copy of it. */
export class MetricJudge {
  private readonly predictor: LossPredictor;
  private readonly spikes: SpikeScan;
  private readonly steps: StepScan;

  constructor(
    readonly metric: string,
    readonly state: Float64Array,
  ) {
    this.predictor = new LossPredictor(state, PREDICTOR);
    this.spikes = new SpikeScan(state, SPIKES);
    this.steps = new StepScan(state, STEPS);
  }

  /** Takes in one value at the newest training position. Changes of deviations are added to `events`. */
  push(
    value: number,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    settings: MonitorSettings,
    events: MonitorEvent[],
  ): void {
    const s = this.state;
    s[STEP] = position.step;
    s[VALUE] = value;
    if (!Number.isFinite(value)) return this.nonFinite(position, attempt, events);
    s[BAD] = 0;
    if (s[BAD_OPEN] === 1 && ++s[GOOD]! >= HEALED_AFTER) this.healed(events);
    if (!(value > 0)) return;
    const y = Math.log(value);
    s[SEEN]!++;
    const x = position.featureOffset;
    const warm = position.warmAt > 0 && position.travelled >= 1.3 * position.warmAt && s[SEEN]! >= FIRST_FIT;
    if (!warm && this.predictor.count === 0) {
      if (s[SEEN] === 1 || y < s[BEST]!) s[BEST] = y;
      s[EXPECTED] = NaN;
      return;
    }
    if (this.predictor.count === 0) position.anchor();
    if (!this.predictor.ready) {
      this.predictor.learn(features, x, y, 1, 0.03);
      s[EXPECTED] = NaN;
      return;
    }
    const expected = this.predictor.predict(features, x) + (s[OPEN] === 1 ? s[OFFSET]! : 0);
    s[EXPECTED] = expected;
    const residual = y - expected;
    const deviation = this.deviation();
    if (s[OPEN] === 1) return this.follow(residual, deviation, position, events);
    learnScale(s, SCALES, (residual - s[LAST]!) / Math.SQRT2, SCALE_MEMORY);
    learnScale(s, SCALES + SCALE_SIZE, residual, SCALE_MEMORY);
    s[LAST] = residual;
    if (!(deviation > 0)) {
      this.predictor.learn(features, x, y, 1, 0.03);
      return;
    }
    const clipped = Math.max(-CLIP * deviation, Math.min(CLIP * deviation, residual));
    const weight = Math.min(1, (HUBER * deviation) / Math.max(Math.abs(residual), 1e-12));
    this.predictor.learn(features, x, y, weight, deviation);
    this.spikes.push(clipped, deviation);
    const complete = this.steps.push(clipped, deviation);
    const first = position.rateKnown ? FIRST_JUDGED : FIRST_JUDGED_RATE_UNKNOWN;
    const judged = this.predictor.count >= first && position.travelled >= 2 * position.warmAt;
    s[JUDGED] = judged ? 1 : 0;
    if (!judged) return;
    this.expire(position, events);
    const { spike, step } = settings.thresholds;
    const spikeRatio = Math.abs(this.spikes.found.z) / spike;
    const stepRatio = complete ? Math.abs(this.steps.found.z) / step : 0;
    if (Math.max(spikeRatio, stepRatio) < 1) return;
    if (spikeRatio >= stepRatio) this.open(this.spikes.found, position, attempt, deviation, events);
    else this.open(this.steps.found, position, attempt, deviation, events);
  }

  standing(): Standing | null {
    const s = this.state;
    if (s[SEEN] === 0 && s[BAD] === 0) return null;
    const known = Number.isFinite(s[EXPECTED]!) && this.predictor.ready;
    const spread = this.spread();
    const base = { step: s[STEP]!, observed: s[VALUE]! };
    if (!known || s[JUDGED] !== 1)
      return {
        ...base,
        expected: null,
        lower: null,
        upper: null,
        sigma: null,
        state: 'warming-up',
        reason: 'too few points after the warm-up',
      };
    return {
      ...base,
      expected: Math.exp(s[EXPECTED]!),
      lower: Math.exp(s[EXPECTED]! - BAND * spread),
      upper: Math.exp(s[EXPECTED]! + BAND * spread),
      sigma: s[VALUE]! > 0 ? (Math.log(s[VALUE]!) - s[EXPECTED]!) / spread : null,
      state: 'judged',
      reason: null,
    };
  }

  /** The run ended: what is open is resolved as it stands. */
  end(events: MonitorEvent[]): void {
    if (this.state[OPEN]! > 0) this.close(this.state[OPEN] === 2 ? 'persists' : this.outlook(), events);
    if (this.state[BAD_OPEN] === 1) this.healed(events);
  }

  private deviation(): number {
    const s = this.state;
    return Math.max(scaleAt(s, SCALES), 0.5 * scaleAt(s, SCALES + SCALE_SIZE));
  }

  private spread(): number {
    const s = this.state;
    return Math.max(scaleAt(s, SCALES), scaleAt(s, SCALES + SCALE_SIZE), 1e-9);
  }

  private open(
    found: { z: number; back: number; size: number },
    position: TrainingPosition,
    attempt: number,
    deviation: number,
    events: MonitorEvent[],
  ): void {
    const s = this.state;
    const side = Math.sign(found.z);
    if (s[OPEN] === 2) {
      const soon = s[SEEN]! - s[SETTLED_AT]! < 3 * s[FOLLOWED]!;
      if (soon && side === s[SIDE]) {
        s[OPEN] = 1;
        this.start(found, deviation);
        events.push(this.event('updated'));
        return;
      }
      this.close('persists', events);
    }
    s[OPEN] = 1;
    s[SIDE] = side;
    s[OPENED] = position.step;
    s[STARTED] = Math.max(0, Math.round(position.step - (found.back - 1) * position.interval));
    s[OPEN_ATTEMPT] = attempt;
    s[KIND] = 0;
    s[PEAK] = 0;
    this.start(found, deviation);
    events.push(this.event('opened'));
  }

  private start(found: { back: number; size: number }, deviation: number): void {
    const s = this.state;
    s[WINDOW] = Math.max(16, Math.min(512, found.back / 2));
    s[FOLLOWED] = 0;
    s[MEAN] = found.size;
    s[MEAN_BEFORE] = found.size;
    s[OFFSET] = s[LAST]! > -Infinity ? this.spikes.base() : 0;
    s[PEAK] = Math.max(s[PEAK]!, Math.abs(found.size), deviation * 1e-3);
    this.steps.forget(2 * found.back);
  }

  /** An active deviation: the forecast stands still, the metric is compared with it. */
  private follow(residual: number, deviation: number, position: TrainingPosition, events: MonitorEvent[]): void {
    const s = this.state;
    const side = s[SIDE]!;
    s[FOLLOWED]!++;
    const bounded = Math.max(-30 * deviation, Math.min(30 * deviation, residual));
    s[MEAN]! += (bounded - s[MEAN]!) / s[WINDOW]!;
    const size = side * s[MEAN]!;
    if (size > s[PEAK]!) s[PEAK] = size;
    const looks = s[FOLLOWED]! % Math.ceil(s[WINDOW]!) === 0;
    if (!looks) return;
    if (size < 0.35 * s[PEAK]!) {
      s[KIND] = side < 0 ? 7 : s[FOLLOWED]! <= 200 ? 1 : 2;
      this.spikes.calm();
      this.close('recovers', events);
      return;
    }
    if (s[FOLLOWED]! < Math.max(4 * s[WINDOW]!, 100)) return;
    const grows = size > 1.3 * side * s[MEAN_BEFORE]!;
    s[MEAN_BEFORE] = s[MEAN]!;
    const kind = side < 0 ? 7 : size > Math.max(0.3, 8 * deviation) ? 4 : 2;
    if (kind !== s[KIND]) {
      s[KIND] = kind;
      events.push(this.event('updated'));
    }
    if (grows && s[FOLLOWED]! < Math.max(1000, 0.2 * s[SEEN]!)) return;
    this.predictor.rebase(s[MEAN]! + s[OFFSET]!);
    this.steps.forget(Infinity);
    s[OPEN] = 2;
    s[SETTLED_AT] = s[SEEN]!;
    s[LAST] = residual - s[MEAN]!;
    this.spikes.rebase();
    void position;
  }

  /** A settled deviation is history once the run has gone on half as long again. */
  private expire(position: TrainingPosition, events: MonitorEvent[]): void {
    const s = this.state;
    if (s[OPEN] === 2 && s[SEEN]! > 1.5 * s[SETTLED_AT]!) this.close('persists', events);
    void position;
  }

  private close(outlook: Outlook, events: MonitorEvent[]): void {
    events.push(this.event('resolved', outlook));
    this.state[OPEN] = 0;
  }

  private outlook(): Outlook {
    return this.state[KIND] === 4 ? 'grows' : 'persists';
  }

  private event(type: MonitorEvent['type'], outlook: Outlook | null = null): MonitorEvent {
    const s = this.state;
    const spread = this.spread();
    const expected = s[EXPECTED]!;
    const known = Number.isFinite(expected);
    return {
      type,
      key: `${this.metric}/${s[OPEN_ATTEMPT]}/${s[OPENED]}`,
      metric: this.metric,
      kind: KINDS[s[KIND]!]!,
      side: s[SIDE]! > 0 ? 'worse' : 'better',
      attempt: s[OPEN_ATTEMPT]!,
      step: s[STEP]!,
      startedAtStep: s[STARTED]!,
      openedAtStep: s[OPENED]!,
      expected: known ? Math.exp(expected) : null,
      expectedLower: known ? Math.exp(expected - BAND * spread) : null,
      expectedUpper: known ? Math.exp(expected + BAND * spread) : null,
      observed: s[VALUE]!,
      sigma: s[MEAN]! / spread,
      computeShare: null,
      evidence: [],
      advice: null,
      outlook,
    };
  }

  private nonFinite(position: TrainingPosition, attempt: number, events: MonitorEvent[]): void {
    const s = this.state;
    s[GOOD] = 0;
    if (++s[BAD]! === 1 && s[BAD_OPEN] !== 1) s[BAD_STARTED] = position.step;
    if (s[BAD_OPEN] === 1 || s[BAD]! < 2) return;
    s[BAD_OPEN] = 1;
    s[BAD_OPENED] = position.step;
    s[BAD_ATTEMPT] = attempt;
    events.push(this.badEvent('opened'));
  }

  private healed(events: MonitorEvent[]): void {
    events.push(this.badEvent('resolved'));
    this.state[BAD_OPEN] = 0;
  }

  private badEvent(type: MonitorEvent['type']): MonitorEvent {
    const s = this.state;
    return {
      type,
      key: `${this.metric}/${s[BAD_ATTEMPT]}/${s[BAD_OPENED]}`,
      metric: this.metric,
      kind: 'non-finite',
      side: 'worse',
      attempt: s[BAD_ATTEMPT]!,
      step: s[STEP]!,
      startedAtStep: s[BAD_STARTED]!,
      openedAtStep: s[BAD_OPENED]!,
      expected: null,
      expectedLower: null,
      expectedUpper: null,
      observed: s[VALUE]!,
      sigma: null,
      computeShare: null,
      evidence: [],
      advice:
        type === 'opened' ? 'Stop and go back to the last checkpoint before it: weights that gave NaN stay NaN.' : null,
      outlook: type === 'resolved' ? 'recovers' : 'persists',
    };
  }
}
