// Follows the deviation that is open: how large it is now, of which kind, what it costs, and when it is over.
import { adviceOn, outlookOf } from './advice.js';
import { type Finding, TESTS, type Test } from './finding.js';
import type { Outside } from './outside.js';
import { KINDS, kindCode, kindOf } from './deviation-kind.js';
import { priceOf } from './deviation-price.js';
import type { MonitorEstimate, MonitorEvent, MonitorKind, Outlook } from './monitor-types.js';
import { ResidualTrail, TRAIL_SIZE } from './residual-trail.js';

const OPEN = 0;
const SIDE = 1; // 1 worse, -1 better
const OPENED = 2;
const STARTED = 3;
const ATTEMPT = 4;
const KIND = 5;
const WINDOW = 6; // points over which it is averaged
const FOLLOWED = 7; // points since it opened
const LOOK_AT = 8; // points followed at the next look at its kind
const MEAN = 9; // its size now; of the newest movement, once it moves again
const PEAK = 10; // the largest that was
const BEFORE = 11; // points of the run before the onset
const LEVEL = 12; // log loss at the onset
const SETTLED_AT = 13;
const EVIDENCE = 14; // deviations of the test that found it
const TEST = 15;
const MEAN_BEFORE = 16; // its size when it opened; once it moves again, the size it had settled at
const LOW = 17; // looks in a row at which it was nearly gone
const TRAIL = 18;
/** What OPEN says. Once it moves again the trail is of the newest movement alone. */
const NONE = 0;
const ACTIVE = 1;
const SETTLED = 2;
const AGAIN = 3;
export const OPEN_SIZE = TRAIL + TRAIL_SIZE;

const RECOVERED = 0.25;
/** Deviations of a point within which it is back: a quarter of a great height is still far off. */
const NEAR = 3;
const FIRST_LOOK = 10;
const SPIKE_ENDS = 300;
const BAND = 1.645; // 90 %
const MOST = 60;

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
    const open = this.state[this.offset + OPEN];
    return open === ACTIVE || open === AGAIN;
  }
  get settled(): boolean {
    return this.state[this.offset + OPEN] === SETTLED;
  }
  /** The test that found it. */
  get test(): Test {
    return this.state[this.offset + TEST] as Test;
  }
  get side(): number {
    return this.state[this.offset + SIDE]!;
  }
  /** Step of its estimated onset. */
  get startedAt(): number {
    return this.state[this.offset + STARTED]!;
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
    state[o + OPEN] = again ? AGAIN : ACTIVE;
    state[o + WINDOW] = Math.max(8, Math.min(256, Math.round(finding.back / 2)));
    state[o + FOLLOWED] = 0;
    state[o + LOW] = 0;
    state[o + LOOK_AT] = FIRST_LOOK;
    state[o + MEAN_BEFORE] = again ? state[o + MEAN]! : finding.size;
    state[o + MEAN] = finding.size;
    state[o + PEAK] = Math.abs(finding.size);
    state[o + EVIDENCE] = finding.z;
    state[o + TEST] = finding.test;
    if (!again) {
      state[o + SIDE] = finding.side;
      state[o + OPENED] = outside.step;
      state[o + STARTED] = Math.max(0, Math.round(outside.step - (finding.back - 1) * outside.interval));
      state[o + ATTEMPT] = attempt;
      state[o + KIND] = finding.side < 0 ? kindCode('better-than-predicted') : 0;
      state[o + BEFORE] = Math.max(1, outside.seen - finding.back);
      state[o + LEVEL] = level;
    }
    events.push(this.event(again ? 'updated' : 'opened', outside));
  }

  /**
   * Takes in one more point. Null while it goes on; else by how much the forecast is to be lifted to where the run stands: 0
   * where the run is back on it.
   */
  follow(residual: number, outside: Outside, events: MonitorEvent[]): number | null {
    const { state, offset: o } = this;
    const { pointDeviation, seen } = outside;
    const side = state[o + SIDE]!;
    const again = state[o + OPEN] === AGAIN;
    const followed = ++state[o + FOLLOWED]!;
    // Cut near what it was found by, it would look as if it had recovered, by a little or by all.
    const most = state[o + PEAK]! + MOST * pointDeviation;
    const bounded = Math.max(-most, Math.min(most, residual));
    this.trail.add(bounded, 1);
    state[o + MEAN]! += (bounded - state[o + MEAN]!) / state[o + WINDOW]!;
    const size = side * state[o + MEAN]!;
    if (size > state[o + PEAK]!) state[o + PEAK] = size;
    if (followed >= state[o + LOOK_AT]!) {
      state[o + LOOK_AT] = Math.ceil(followed * 1.5);
      this.sharpen(outside, events);
    }
    if (followed % Math.ceil(state[o + WINDOW]!) !== 0) return null;
    const near = side * this.trail.recent(state[o + WINDOW]!) < NEAR * outside.deviation;
    state[o + LOW] = near && size < RECOVERED * state[o + PEAK]! ? state[o + LOW]! + 1 : 0;
    if (state[o + LOW]! >= 2) {
      // Back at the level that it had settled at before.
      if (again) return this.settle(state[o + MEAN_BEFORE]!, seen, 0);
      if (side > 0 && this.ageAt(seen) <= SPIKE_ENDS) state[o + KIND] = kindCode('spike');
      this.close('recovers', outside, events);
      return 0;
    }
    const grows = !again && size > 1.2 * side * state[o + MEAN_BEFORE]!;
    if (followed < Math.max(400, (grows ? 0.5 : 0.15) * seen)) return null;
    this.sharpen(outside, events);
    // A mean of few points would leave a step where the forecast goes on.
    return this.settle(this.size, seen, this.trail.recent(Math.max(2 * state[o + WINDOW]!, followed / 8)));
  }

  private settle(size: number, seen: number, lift: number): number {
    const { state, offset: o } = this;
    state[o + OPEN] = SETTLED;
    state[o + SETTLED_AT] = seen;
    state[o + MEAN] = size;
    return lift;
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

  /** Points since the onset, a movement that went before included. */
  private ageAt(seen: number): number {
    return seen - this.state[this.offset + BEFORE]!;
  }

  /** What of it the forecast has taken over, since it had settled. */
  private get taken(): number {
    const { state, offset: o } = this;
    if (this.settled) return state[o + MEAN]!;
    return state[o + OPEN] === AGAIN ? state[o + MEAN_BEFORE]! : 0;
  }

  /** Its whole size, as the forecast before the onset has it. */
  private get size(): number {
    return this.settled ? this.taken : this.taken + this.state[this.offset + MEAN]!;
  }

  private get kind(): MonitorKind {
    return KINDS[this.state[this.offset + KIND]!]!;
  }

  private sharpen(outside: Outside, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    if (state[o + SIDE]! < 0 || this.trail.count < FIRST_LOOK) return;
    const error = outside.error ** 2;
    const { shape, lead, now } = this.trail.classify(state[o + BEFORE]!, outside.deviation, error);
    const side = state[o + SIDE]!;
    const age = this.ageAt(outside.seen);
    const again = state[o + OPEN] === AGAIN;
    const kind = kindOf(this.kind, {
      ...{ shape: shape === 'spike' && age > SPIKE_ENDS ? 'step' : shape, lead, now },
      ...{ mean: side * this.size, peak: again ? 0 : state[o + PEAK]!, again },
      ...{ risen: outside.expected + state[o + MEAN]! - state[o + LEVEL]!, deviation: outside.pointDeviation },
      ...{ age, length: this.trail.count, before: state[o + BEFORE]!, fall: outside.fall },
    });
    if (kind === this.kind) return;
    state[o + KIND] = kindCode(kind);
    events.push(this.event('updated', outside));
  }

  private close(outlook: Outlook, outside: Outside, events: MonitorEvent[]): void {
    events.push(this.event('resolved', outside, outlook));
    this.state[this.offset + OPEN] = NONE;
  }

  private event(type: MonitorEvent['type'], outside: Outside, end: Outlook | null = null): MonitorEvent {
    const { state, offset: o } = this;
    const { deviation, value, step } = outside;
    const expected = outside.expected - this.taken;
    const known = Number.isFinite(expected);
    const kind = this.kind;
    const outlook = end ?? (kind === 'pending' ? null : outlookOf(kind));
    // What heals is no lasting loss of compute.
    const lost = kind === 'spike' || end === 'recovers' ? null : this.price(outside);
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
      sigma: deviation > 0 ? this.size / deviation : null,
      computeShare: lost,
      evidence: [
        `${TESTS[state[o + TEST]!]} of ${state[o + EVIDENCE]!.toFixed(1)} deviations since step ${state[o + STARTED]}`,
      ],
      advice: type === 'resolved' ? null : adviceOn(kind, state[o + STARTED]!, lost),
      outlook,
    };
  }

  private price(outside: Outside): MonitorEstimate | null {
    const { state, offset: o } = this;
    const points = Math.min(state[o + WINDOW]! * 2, Math.max(1, this.trail.count));
    return priceOf({ kind: this.kind, size: this.size, evidence: state[o + EVIDENCE]!, points }, outside);
  }
}
