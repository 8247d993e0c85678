// Judges one metric by its difference to a finished run that read the same batches.
import type { CurveJudge } from './curve-judge.js';
import { JUDGE_SIZE } from './judge-slots.js';
import { MetricJudge } from './metric-judge.js';
import type { MonitorEvent, MonitorSettings, Standing } from './monitor-types.js';
import { PAIR_SIZE, ReferencePair } from './reference-pair.js';
import type { ReferenceRun } from './reference-run.js';
import type { TrainingPosition } from './training-position.js';

/** References beyond these are not looked at. */
export const MOST_REFERENCES = 4;

const CHOSEN = 0; // 1 + the reference in use; 0 none
const MISSED = 1; // points in a row that the reference does not have
const TELLS = 2; // whether the comparison may speak
const PLAIN_OPEN = 3; // whether a deviation that was told of the plain judgement is open
const LEFT = 4; // the run has gone its own way: the reference is no longer used
const COMPARED_OPEN = 5; // the same of the compared judgement
const SAME = 6; // points from the first on at which the run and its reference are the same to the last digit
const PARTED = 7;
const FALL = 8; // of the run's own curve, before it went far back and is judged anew
const DEVIATION = 9;
const SLOPES = 10; // two
const HEAD = 12;
const PAIRS = HEAD;
const JUDGE = PAIRS + MOST_REFERENCES * PAIR_SIZE;
export const REFERENCED_SIZE = JUDGE + JUDGE_SIZE;

/** Points in a row without a partner after which the reference has ended for the run. */
const PATIENCE = 20;
/** Deviations of a step or bend of the difference below which a step or bend of the run is the reference's, too. */
const LEAST_LEANING = 1.5;
/** Points that are the same to the last digit make a twin: a run of the same settings, seeds and batches. */
const TWIN_POINTS = 200;
/** In log loss: less than the last digit that trainers log. */
const SAME_TO = 2e-6;

/**
 * Two judgements of one metric: the plain one, and one of the log loss less the reference's curve and its common noise. Both
 * speak, and whichever opens a deviation first follows it.
 */
export class ReferencedJudge {
  private readonly pairs: ReferencePair[];
  private readonly difference: MetricJudge;

  constructor(
    readonly plain: MetricJudge,
    readonly state: Float64Array,
    private readonly references: readonly ReferenceRun[],
  ) {
    this.pairs = Array.from({ length: MOST_REFERENCES }, (_, i) => new ReferencePair(state, PAIRS + i * PAIR_SIZE));
    const own: CurveJudge = {
      slopes: () => (plain.fall() > 0 ? plain.slopes() : [state[SLOPES]!, state[SLOPES + 1]!]),
      fall: () => plain.fall() || state[FALL]!,
      deviation: () => plain.deviation() || state[DEVIATION]!,
      twin: () => state[SAME]! >= TWIN_POINTS,
      carriedAt: (step) => this.curve()?.smoothAt(step) ?? 0,
    };
    this.difference = new MetricJudge(plain.metric, state.subarray(JUDGE), own);
  }

  push(
    value: number,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    settings: MonitorSettings,
    events: MonitorEvent[],
  ): void {
    const plain: MonitorEvent[] = [];
    const told: MonitorEvent[] = [];
    this.plain.push(value, position, features, attempt, settings, plain);
    if (value > 0 && Number.isFinite(value)) this.compare(value, position, features, attempt, settings, told);
    for (const event of plain) if (this.isTold(event)) events.push(event);
    this.pass(told, events);
  }

  /** Whether a reference was found to qualify. */
  get compares(): boolean {
    return this.state[CHOSEN]! > 0;
  }

  standing(): Standing | null {
    return this.state[TELLS] === 1 ? this.difference.standing() : this.plain.standing();
  }

  /** Its own comparison alone: the plain judgement is told by whoever holds it. */
  interrupt(): void {
    this.difference.interrupt();
  }

  /** See MetricJudge. The difference is of the same steps: what was learnt of it holds there, too. */
  goBack(step: number, share: number, position: TrainingPosition, events: MonitorEvent[]): void {
    const { state: s, plain } = this;
    if (plain.fall() > 0) {
      s[FALL] = plain.fall();
      s[DEVIATION] = plain.deviation();
      s.set(plain.slopes(), SLOPES);
    }
    const own: MonitorEvent[] = [];
    plain.goBack(step, share, position, own);
    for (const event of own) if (this.isTold(event)) events.push(event);
    const told: MonitorEvent[] = [];
    this.difference.leaveBehind(step, position, told);
    this.pass(told, events);
  }

  /** See MetricJudge; its own comparison alone, as above. */
  batchGrew(): void {
    this.difference.batchGrew();
  }

  end(position: TrainingPosition, events: MonitorEvent[]): void {
    const plain: MonitorEvent[] = [];
    this.plain.end(position, plain);
    for (const event of plain) if (this.isTold(event)) events.push(event);
    const told: MonitorEvent[] = [];
    this.difference.end(position, told);
    this.pass(told, events);
  }

  /** What the plain judgement opens is passed on until it is over, unless the comparison has one open: one event for one cause. */
  private isTold(event: MonitorEvent): boolean {
    const s = this.state;
    if (event.kind === 'non-finite') return true;
    if (event.type === 'opened' && s[COMPARED_OPEN] === 0 && !this.isShared(event)) s[PLAIN_OPEN] = 1;
    const told = s[PLAIN_OPEN] === 1;
    if (event.type === 'resolved') s[PLAIN_OPEN] = 0;
    return told;
  }

  /** Whether the reference's own curve did the same: the comparison shows nothing of it. */
  private isShared({ side }: MonitorEvent): boolean {
    return this.state[TELLS] === 1 && this.plain.ofCurve && this.difference.leaning(side) < LEAST_LEANING;
  }

  /** Passes on what the comparison says, unless a plain deviation that was told is open: one event for one cause. */
  private pass(told: readonly MonitorEvent[], events: MonitorEvent[]): void {
    const s = this.state;
    for (const event of told) {
      if (event.type === 'opened' && s[TELLS] === 1 && s[PLAIN_OPEN] === 0) s[COMPARED_OPEN] = 1;
      if (s[COMPARED_OPEN] === 1) events.push({ ...event, evidence: [...event.evidence, this.beside()] });
      if (event.type === 'resolved') s[COMPARED_OPEN] = 0;
    }
  }

  private compare(
    value: number,
    position: TrainingPosition,
    features: Float64Array,
    attempt: number,
    settings: MonitorSettings,
    events: MonitorEvent[],
  ): void {
    const s = this.state;
    const y = Math.log(value);
    const { step } = position;
    this.references.forEach((reference, i) => {
      const there = reference.curves.get(this.plain.metric)?.at(step);
      if (there && i < MOST_REFERENCES) this.pairs[i]!.push(y, there.noise);
    });
    if (s[LEFT] === 1) {
      s[TELLS] = 0;
      return;
    }
    if (s[CHOSEN] === 0) s[CHOSEN] = 1 + this.best();
    const there = s[CHOSEN] === 0 ? null : this.curve()?.at(step);
    if (!there) {
      if (s[TELLS] === 1 && ++s[MISSED]! > PATIENCE) {
        this.difference.end(position, events);
        s[TELLS] = 0;
      }
      return;
    }
    s[MISSED] = 0;
    if (s[PARTED] === 0) {
      if (Math.abs(y - there.smooth - there.noise) < SAME_TO) s[SAME]!++;
      else s[PARTED] = 1;
    }
    const pair = this.pairs[s[CHOSEN]! - 1]!;
    const carried = there.smooth + pair.coefficient * there.noise;
    this.difference.push(value, position, features, attempt, settings, events, carried);
    s[TELLS] = this.difference.judges && pair.certain ? 1 : 0;
    // A run that has left its reference for good is no longer carried by it.
    if (events.some(({ type, outlook }) => type === 'resolved' && outlook !== 'recovers')) s[LEFT] = 1;
  }

  private beside(): string {
    const at = this.state[CHOSEN]! - 1;
    const noise = (100 * this.pairs[at]!.correlation).toFixed(0);
    return `compared with ${this.references[at]?.name ?? 'a finished run'}, which read the same batches: their noise is ${noise} % alike`;
  }

  private best(): number {
    let best = -1;
    this.pairs.forEach((pair, i) => {
      if (pair.certain && (best < 0 || pair.correlation > this.pairs[best]!.correlation)) best = i;
    });
    return best;
  }

  private curve() {
    return this.references[this.state[CHOSEN]! - 1]?.curves.get(this.plain.metric);
  }
}
