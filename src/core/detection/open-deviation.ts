// Follows the deviation that is open: how large it is now, of which kind, what it costs, and when it is over.
import { adviceOn, outlookOf } from './advice.js';
import { KINDS, LONGEST_SPIKE, kindCode, kindOf } from './deviation-kind.js';
import type { MonitorEstimate, MonitorEvent, MonitorKind, Outlook } from './monitor-types.js';
import { ResidualTrail, TRAIL_SIZE } from './residual-trail.js';

const OPEN = 0; // 0 none, 1 active, 2 settled at a new level
const SIDE = 1; // 1 worse, -1 better
const OPENED = 2;
const STARTED = 3;
const ATTEMPT = 4;
const KIND = 5;
const WINDOW = 6; // points over which it is averaged
const FOLLOWED = 7; // points since it opened
const LOOK_AT = 8; // points followed at the next look at its kind
const MEAN = 9; // its size now
const PEAK = 10; // its largest size
const BEFORE = 11; // points of the run before the onset
const LEVEL = 12; // log loss at the onset
const SETTLED_AT = 13;
const EVIDENCE = 14; // deviations of the test that found it
const TEST = 15;
const MEAN_BEFORE = 16;
const LOW = 17; // looks in a row at which it was nearly gone
const TRAIL = 18;
export const OPEN_SIZE = TRAIL + TRAIL_SIZE;

export const TESTS = ['a spike', 'a step', 'a bend', 'a rise above the best loss so far'] as const;
export type Test = 0 | 1 | 2 | 3;

/** What a test found. */
export interface Finding {
  test: Test;
  z: number;
  side: 1 | -1;
  /** Points since the onset. */
  back: number;
  size: number;
}

/** How the forecast stands at the newest point. */
export interface Outside {
  step: number;
  /** Steps between points. */
  interval: number;
  value: number;
  /** Expected log loss, as foreseen before the deviation. */
  expected: number;
  /** Deviation of a single point. */
  deviation: number;
  /** Slope of the curve in log time, positive. */
  fall: number;
  /** The forecast's own error. */
  error: number;
  /** Points seen. */
  seen: number;
  /** Share of the compute until then that an offset in log loss is worth; null where the curve does not tell. */
  worth: (offset: number, at: 'onset' | 'now') => number | null;
}

const RECOVERED = 0.25;
const FIRST_LOOK = 10;
const BAND = 1.645; // 90 %
const MOST = 60;
/** Of the square of the evidence this much is luck: on planted losses of compute, what is found reads too large by it. */
const LUCK = 6;
const LEAST_KEPT = 0.4;
/** Error of the curve's slope, as a share of it. */
const SLOPE_ERROR = 0.35;
/** What becomes worse with each step. */
const GROWING: ReadonlySet<MonitorKind> = new Set(['drift', 'plateau', 'divergence']);

export class OpenDeviation {
  readonly trail: ResidualTrail;

  constructor(
    private readonly metric: string,
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.trail = new ResidualTrail(state, offset + TRAIL);
  }

  get active(): boolean {
    return this.state[this.offset + OPEN] === 1;
  }
  get settled(): boolean {
    return this.state[this.offset + OPEN] === 2;
  }
  /** The test that found it. */
  get test(): Test {
    return this.state[this.offset + TEST] as Test;
  }
  get mean(): number {
    return this.state[this.offset + MEAN]!;
  }
  get side(): number {
    return this.state[this.offset + SIDE]!;
  }
  /** Points from the onset to now. */
  get length(): number {
    return this.trail.count;
  }

  /** Begins, with residuals since the onset already on the trail; or goes on, where it had settled and moves again. */
  begin(finding: Finding, level: number, attempt: number, outside: Outside, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    const again = this.settled && finding.side === state[o + SIDE];
    if (this.settled && !again) this.close('persists', outside, events);
    state[o + OPEN] = 1;
    state[o + WINDOW] = Math.max(8, Math.min(256, Math.round(finding.back / 2)));
    state[o + FOLLOWED] = 0;
    state[o + LOW] = 0;
    state[o + LOOK_AT] = FIRST_LOOK;
    state[o + MEAN] = finding.size;
    state[o + MEAN_BEFORE] = finding.size;
    state[o + EVIDENCE] = finding.z;
    state[o + TEST] = finding.test;
    if (!again) {
      state[o + SIDE] = finding.side;
      state[o + OPENED] = outside.step;
      state[o + STARTED] = Math.max(0, Math.round(outside.step - (finding.back - 1) * outside.interval));
      state[o + ATTEMPT] = attempt;
      state[o + KIND] = finding.side < 0 ? kindCode('better-than-predicted') : 0;
      state[o + PEAK] = 0;
      state[o + BEFORE] = Math.max(1, outside.seen - finding.back);
      state[o + LEVEL] = level;
    }
    state[o + PEAK] = Math.max(state[o + PEAK]!, Math.abs(finding.size));
    events.push(this.event(again ? 'updated' : 'opened', outside));
  }

  /** Takes in one more point. Gives what is to be done: go on, the run is back on its curve, or the new level stays. */
  follow(residual: number, outside: Outside, events: MonitorEvent[]): 'open' | 'recovered' | 'settled' {
    const { state, offset: o } = this;
    const { deviation, seen } = outside;
    const side = state[o + SIDE]!;
    const followed = ++state[o + FOLLOWED]!;
    const bounded = Math.max(-MOST * deviation, Math.min(MOST * deviation, residual));
    this.trail.add(bounded, 1);
    state[o + MEAN]! += (bounded - state[o + MEAN]!) / state[o + WINDOW]!;
    const size = side * state[o + MEAN]!;
    if (size > state[o + PEAK]!) state[o + PEAK] = size;
    if (followed >= state[o + LOOK_AT]!) {
      state[o + LOOK_AT] = Math.ceil(followed * 1.5);
      this.sharpen(outside, events);
    }
    if (followed % Math.ceil(state[o + WINDOW]!) !== 0) return 'open';
    state[o + LOW] = size < RECOVERED * state[o + PEAK]! ? state[o + LOW]! + 1 : 0;
    if (state[o + LOW]! >= 2) {
      if (side > 0 && seen - state[o + BEFORE]! <= LONGEST_SPIKE) state[o + KIND] = kindCode('spike');
      this.close('recovers', outside, events);
      return 'recovered';
    }
    const grows = size > 1.2 * side * state[o + MEAN_BEFORE]!;
    if (followed < Math.max(400, (grows ? 0.5 : 0.15) * seen)) return 'open';
    state[o + OPEN] = 2;
    state[o + SETTLED_AT] = seen;
    if (this.kind === 'spike') this.rename('shift', outside, events);
    return 'settled';
  }

  /** A settled deviation is history once the run has gone on half as long again. */
  expire(outside: Outside, events: MonitorEvent[]): void {
    if (this.settled && outside.seen > 1.5 * this.state[this.offset + SETTLED_AT]!)
      this.close('persists', outside, events);
  }

  /** The run ended: it is resolved as it stands. */
  end(outside: Outside, events: MonitorEvent[]): void {
    if (this.active) {
      this.sharpen(outside, events);
      this.close(outlookOf(this.kind), outside, events);
    } else if (this.settled) this.close('persists', outside, events);
  }

  private get kind(): MonitorKind {
    return KINDS[this.state[this.offset + KIND]!]!;
  }

  private sharpen(outside: Outside, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    if (state[o + SIDE]! < 0 || this.trail.count < FIRST_LOOK) return;
    const error = outside.error ** 2;
    const { shape, now } = this.trail.classify(state[o + BEFORE]!, outside.deviation, error);
    const side = state[o + SIDE]!;
    const kind = kindOf({
      ...{ shape, now, mean: side * state[o + MEAN]!, peak: state[o + PEAK]! },
      ...{ risen: outside.expected + state[o + MEAN]! - state[o + LEVEL]!, deviation: outside.deviation },
      ...{ followed: state[o + FOLLOWED]!, length: this.trail.count, before: state[o + BEFORE]!, fall: outside.fall },
      // The trail begins anew where it settled and moved on; how long it lasts is counted from its first onset.
      lasted: outside.seen - state[o + BEFORE]!,
    });
    if (kind !== this.kind) this.rename(kind, outside, events);
  }

  private rename(kind: MonitorKind, outside: Outside, events: MonitorEvent[]): void {
    this.state[this.offset + KIND] = kindCode(kind);
    events.push(this.event('updated', outside));
  }

  private close(outlook: Outlook, outside: Outside, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    if (this.kind === 'spike' && outside.seen - state[o + BEFORE]! > LONGEST_SPIKE) state[o + KIND] = kindCode('shift');
    events.push(this.event('resolved', outside, outlook));
    state[o + OPEN] = 0;
  }

  private event(type: MonitorEvent['type'], outside: Outside, end: Outlook | null = null): MonitorEvent {
    const { state, offset: o } = this;
    const { expected, deviation, value, step } = outside;
    const known = Number.isFinite(expected);
    const kind = this.kind;
    const outlook = end ?? (kind === 'pending' ? null : outlookOf(kind));
    return {
      type,
      key: `${this.metric}/${state[o + ATTEMPT]}/${state[o + OPENED]}`,
      metric: this.metric,
      kind,
      side: state[o + SIDE]! > 0 ? 'worse' : 'better',
      attempt: state[o + ATTEMPT]!,
      step,
      startedAtStep: state[o + STARTED]!,
      openedAtStep: state[o + OPENED]!,
      expected: known ? Math.exp(expected) : null,
      expectedLower: known ? Math.exp(expected - BAND * deviation) : null,
      expectedUpper: known ? Math.exp(expected + BAND * deviation) : null,
      observed: value,
      sigma: deviation > 0 ? state[o + MEAN]! / deviation : null,
      // What heals is no lasting loss of compute.
      computeShare: kind === 'spike' || end === 'recovers' ? null : this.price(outside),
      evidence: [
        `${TESTS[state[o + TEST]!]} of ${state[o + EVIDENCE]!.toFixed(1)} deviations since step ${state[o + STARTED]}`,
      ],
      advice: type === 'resolved' ? null : adviceOn(kind, state[o + STARTED]!),
      outlook,
    };
  }

  private price(outside: Outside): MonitorEstimate | null {
    const { state, offset: o } = this;
    const evidence = state[o + EVIDENCE]!;
    // What was just large enough to be seen is on average smaller than it looks.
    const size = state[o + MEAN]! * Math.max(LEAST_KEPT, 1 - LUCK / (evidence * evidence));
    const points = Math.min(state[o + WINDOW]! * 2, Math.max(1, this.trail.count));
    const error = Math.hypot(outside.deviation / Math.sqrt(points), outside.error, SLOPE_ERROR * size);
    // A level that was lost at once is worth what it took when it was lost; what grows, what the run lacks now.
    const at = GROWING.has(this.kind) ? 'now' : 'onset';
    const [value, lower, upper] = [0, -BAND, BAND].map((times) => outside.worth(size + times * error, at));
    if (value == null || lower == null || upper == null) return null;
    return { value, lower, upper };
  }
}
