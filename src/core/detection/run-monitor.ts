// Watches one run: routes its records to the judges of its metrics, keeps its place in training, snapshots to bytes.
import { BandKnots } from './band-knots.js';
import { BATCH_SIZE, BatchWatch, plannedTokens } from './batch-watch.js';
import { MONITOR_VERSION } from './budget.js';
import { JUDGE_SIZE } from './judge-slots.js';
import { rateOf } from './logged-rate.js';
import { MetricJudge } from './metric-judge.js';
import { type MonitorHead, NO_PLAN, saidOf } from './monitor-head.js';
import type {
  MonitorBandKnot,
  MonitorEvent,
  MonitorPlan,
  MonitorPoint,
  MonitorSettings,
  Standing,
} from './monitor-types.js';
import type { ReferenceRun } from './reference-run.js';
import { REFERENCED_SIZE, ReferencedJudge } from './referenced-judge.js';
import { OutdatedSnapshot, decodeState, encodeState } from './snapshot.js';
import { POSITION_SIZE, TrainingPosition } from './training-position.js';

/** Judged unless a run's `watch` says otherwise; trainers' other names for the same. */
const JUDGED = new Set(['loss', 'val_loss', 'train/loss', 'train_loss', 'eval_loss']);

const RUN_SIZE = 4;
const ATTEMPT = 0;
const ATTEMPT_STEP = 1;
const KNOT_AT = 2;
const BEGAN = 3; // 1 + first step since the training began, or began anew; 0 before
const BATCH = RUN_SIZE + POSITION_SIZE;
const STATE_SIZE = BATCH + BATCH_SIZE;
/** A restart at less than this share of what was trained, or at the first step that was logged, begins anew. */
const FROM_SCRATCH = 0.02;
/** A checkpoint at less than this share is far back: most of what was learnt does not hold there. */
const FAR = 0.85;

/**
 * The monitor of one run. Deterministic: the same calls give the same events, and a monitor restored from a snapshot goes
 * on as the one it was taken from. Time and input/output stay outside.
 */
export class RunMonitor {
  private readonly state = new Float64Array(STATE_SIZE);
  private readonly position = new TrainingPosition(this.state, RUN_SIZE);
  private readonly batch = new BatchWatch(this.state, BATCH);
  private readonly judges = new Map<string, MetricJudge>();
  private judged: ReadonlySet<string> = JUDGED;
  private current: MonitorPlan = NO_PLAN;
  private readonly compared = new Map<string, ReferencedJudge>();
  private references: readonly ReferenceRun[] = [];
  private readonly knots = new BandKnots(this.state, KNOT_AT);
  /** What ended with an attempt: handed out with the next record. */
  private ended: MonitorEvent[] = [];

  constructor(private settings: MonitorSettings) {
    this.configure(settings);
  }

  /** Metadata as known from the next record on. */
  plan(plan: MonitorPlan): void {
    this.current = plan;
    this.judged = plan.watch && plan.watch.length > 0 ? new Set(plan.watch) : JUDGED;
  }

  /**
   * Settings that hold from the next record on.
   * @throws Error where they were made for another version of the rules.
   */
  configure(settings: MonitorSettings): void {
    if (settings.version !== MONITOR_VERSION)
      throw new Error(`detector settings of version ${settings.version}; this is version ${MONITOR_VERSION}`);
    this.settings = settings;
  }

  /**
   * Finished runs that may have read the same batches, from the next record on. They are no part of a snapshot: whoever
   * restores one hands them in again, in the same order.
   */
  refer(references: readonly ReferenceRun[]): void {
    this.references = references;
    for (const [name, { state }] of this.compared) this.compare(name, state);
  }

  /** What judges the next record: metadata and settings. */
  get standsOn(): { plan: MonitorPlan; settings: MonitorSettings } {
    return { plan: this.current, settings: this.settings };
  }

  /** Whether one of the references was found to read the same batches. */
  get compares(): boolean {
    for (const judge of this.compared.values()) if (judge.compares) return true;
    return false;
  }

  /**
   * The job restarted from a checkpoint: the next step may lie before the newest. From scratch it is another training:
   * what was open is over, and nothing learnt holds.
   *
   * @returns whether it is another training
   */
  beginAttempt(attempt: number, firstStep: number): boolean {
    const { state } = this;
    const anew = this.isFromScratch(firstStep);
    if (anew) {
      this.ended = this.judgeAnew();
      this.position.reset();
      state.fill(0, BATCH, STATE_SIZE);
      state[BEGAN] = 0;
    } else {
      this.goBack(firstStep);
    }
    state[ATTEMPT] = attempt;
    state[ATTEMPT_STEP] = firstStep;
    this.knots.goBack(firstStep);
    return anew;
  }

  private goBack(firstStep: number): void {
    const { position, judges, compared } = this;
    const share = firstStep / position.step;
    if (share < FAR && position.count > 0) {
      for (const [name, judge] of judges) (compared.get(name) ?? judge).goBack(firstStep, share, position, this.ended);
    } else for (const judge of [...judges.values(), ...compared.values()]) judge.interrupt();
    position.rewind(firstStep, share < FAR);
    this.batch.interrupt();
  }

  private isFromScratch(firstStep: number): boolean {
    const { step } = this.position;
    const began = this.state[BEGAN]!;
    return began > 0 && firstStep < step && (firstStep < began || firstStep < FROM_SCRATCH * step);
  }

  observe({ step, values }: MonitorPoint): MonitorEvent[] {
    const events = this.ended;
    this.ended = [];
    if (this.state[ATTEMPT] === 0) this.state[ATTEMPT] = 1;
    if (this.state[BEGAN] === 0) this.state[BEGAN] = 1 + step;
    if (this.position.isBehind(step)) this.position.lookBack(step, () => this.judge(values, events));
    else {
      this.advance(step, values, events);
      this.judge(values, events);
    }
    this.knots.tie(step, this.state[BEGAN]! - 1, this.judges);
    return events;
  }

  private advance(step: number, values: MonitorPoint['values'], events: MonitorEvent[]): void {
    const { batch, position, current } = this;
    const { schedule, plannedSteps, batches } = current;
    const times = batch.push(values.tokens ?? NaN, plannedTokens(batches, step), step);
    position.advance(step, rateOf(values), schedule, plannedSteps, batch.cooling);
    if (times === 1) return;
    position.batchChanged();
    // A smaller batch lifts the loss at once, by how much nobody knows.
    if (times < 1) events.push(...this.judgeAnew());
    else for (const judge of [...this.judges.values(), ...this.compared.values()]) judge.batchGrew();
  }

  /** What was open is over, and nothing learnt holds. */
  private judgeAnew(): MonitorEvent[] {
    const ended = this.end();
    this.judges.clear();
    this.compared.clear();
    return ended;
  }

  private judge(values: MonitorPoint['values'], events: MonitorEvent[]): void {
    for (const name in values) {
      if (!this.judged.has(name)) continue;
      this.judgeOf(name).push(values[name]!, this.position, this.state, this.state[ATTEMPT]!, this.settings, events);
    }
  }

  /** The run ended: what is open is resolved. */
  end(): MonitorEvent[] {
    const events = this.ended;
    this.ended = [];
    for (const [name, plain] of this.judges) (this.compared.get(name) ?? plain).end(this.position, events);
    return events;
  }

  standing(metric: string): Standing | null {
    return (this.compared.get(metric) ?? this.judges.get(metric))?.standing() ?? null;
  }

  /** Metrics judged so far. */
  get metrics(): string[] {
    return [...this.judges.keys()];
  }

  /** The band at log-spaced steps since the last call, for drawing what was predicted. */
  drainBandKnots(): MonitorBandKnot[] {
    return this.knots.drain();
  }

  snapshot(): Uint8Array {
    const head: MonitorHead = {
      version: MONITOR_VERSION,
      settings: this.settings,
      plan: saidOf(this.current),
      metrics: [...this.judges.keys()],
      ...(this.compared.size > 0 && { compared: [...this.compared.keys()] }),
      ...(this.knots.waiting.length > 0 && { knots: [...this.knots.waiting] }),
      ...(this.ended.length > 0 && { ended: this.ended }),
    };
    const judges = [...this.judges.values(), ...this.compared.values()];
    return encodeState(head, [this.state, ...judges.map((judge) => judge.state)]);
  }

  /** @throws OutdatedSnapshot where they are of another version; Error where the bytes are no snapshot. */
  static restore(bytes: Uint8Array): RunMonitor {
    const { head, arrays } = decodeState<MonitorHead>(bytes, (h) => {
      if (h.version !== MONITOR_VERSION)
        throw new OutdatedSnapshot(`a snapshot of version ${h.version}; this is version ${MONITOR_VERSION}`);
      const sizes = [...h.metrics.map(() => JUDGE_SIZE), ...(h.compared ?? []).map(() => REFERENCED_SIZE)];
      return [STATE_SIZE, ...sizes];
    });
    const monitor = new RunMonitor(head.settings);
    monitor.plan({ ...NO_PLAN, ...head.plan });
    monitor.knots.restore(head.knots ?? []);
    monitor.ended = head.ended ?? [];
    monitor.state.set(arrays[0]!);
    head.metrics.forEach((name, i) => monitor.judges.set(name, new MetricJudge(name, arrays[i + 1]!)));
    head.compared?.forEach((name, i) => monitor.compare(name, arrays[1 + head.metrics.length + i]!));
    return monitor;
  }

  private compare(name: string, state: Float64Array): ReferencedJudge {
    const judge = new ReferencedJudge(this.judges.get(name)!, state, this.references);
    this.compared.set(name, judge);
    return judge;
  }

  private judgeOf(name: string): MetricJudge | ReferencedJudge {
    let judge = this.judges.get(name);
    if (!judge) this.judges.set(name, (judge = new MetricJudge(name, new Float64Array(JUDGE_SIZE))));
    const compared = this.compared.get(name);
    if (compared) return compared;
    if (!this.references.some(({ curves }) => curves.has(name))) return judge;
    return this.compare(name, new Float64Array(REFERENCED_SIZE));
  }
}
