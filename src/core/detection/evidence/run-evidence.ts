// What a run shows beside its loss's forecast: deviations of its own (noisier, slow, a widening gap), and hints at causes.
import type { MonitorEvent, MonitorPlan, MonitorSettings } from '../monitor-types.js';
import { BATCH_SIZE, BatchWatch, plannedTokens } from '../batch-watch.js';
import { plannedRate } from '../planned-rate.js';
import { GAP_SIZE, GapWatch } from './gap-watch.js';
import { GRADIENT_SIZE, GradientWatch } from './gradient-watch.js';
import { GRADIENT, LOSS, MetricRoles, RATE, ROLES, STEP_TIME, THROUGHPUT, TOKENS, VALIDATION } from './metric-roles.js';
import { NOISE_SIZE, NoiseWatch } from './noise-watch.js';
import { PACE_SIZE, PaceWatch } from './pace-watch.js';
import type { Look } from './plain-event.js';
import { RATE_SIZE, RateWatch } from './rate-watch.js';

const COUNT = 0;
const STEP = 1;
const INTERVAL = 2;
const ATTEMPT = 3;
const RESTARTED = 4; // first step of the newest attempt, where it is not the first
const LEFT = 5; // step at which the attempt before stood
const BAD = 6; // newest step whose training loss was no number
const HELD = 7; // open deviations of the training loss
const HELD_WORSE = 8; // those to the worse
const HELD_VALIDATION = 9;
const NAMED = 10;
const NOISE = NAMED + ROLES;
const PACE = NOISE + NOISE_SIZE;
const GAP = PACE + PACE_SIZE;
const NORM = GAP + GAP_SIZE;
const PLANNED = NORM + GRADIENT_SIZE;
const BATCH = PLANNED + RATE_SIZE;
const BATCH_PLANNED = BATCH + BATCH_SIZE; // tokens of a step by the plan
export const EVIDENCE_SIZE = BATCH_PLANNED + 1;

/** Points around an onset within which something else may be its cause. */
const NEAR = 64;
/** From where on a changed pace is worth a hint. */
const PACE_CHANGED = 1.3;
/** Where the run logs neither: the times of its records. */
const BY_THE_CLOCK = 'seconds_per_step';

/**
 * Deterministic like the monitor beside it: its state lies in `state`, whose copy is a snapshot. Call `observe` after the
 * monitor, with the monitor's events, which it adds hints to.
 */
export class RunEvidence {
  private readonly noise: NoiseWatch;
  private readonly pace: PaceWatch;
  private readonly gap: GapWatch;
  private readonly gradient: GradientWatch;
  private readonly rate: RateWatch;
  private readonly batch: BatchWatch;
  private readonly roles: MetricRoles;

  constructor(readonly state = new Float64Array(EVIDENCE_SIZE)) {
    this.noise = new NoiseWatch(state, NOISE);
    this.pace = new PaceWatch(state, PACE);
    this.gap = new GapWatch(state, GAP);
    this.gradient = new GradientWatch(state, NORM);
    this.rate = new RateWatch(state, PLANNED);
    this.batch = new BatchWatch(state, BATCH);
    this.roles = new MetricRoles(state, NAMED);
  }

  /**
   * The job restarted from a checkpoint: the next step may lie before the newest.
   *
   * @param anew whether the monitor took it for another training
   */
  beginAttempt(attempt: number, firstStep: number, anew: boolean): void {
    const { state } = this;
    state[ATTEMPT] = attempt;
    if (state[COUNT] === 0) return;
    state[RESTARTED] = firstStep;
    state[LEFT] = state[STEP]!;
    if (anew) this.gap.reset();
    this.noise.interrupt();
    this.pace.interrupt();
    this.batch.interrupt();
    state[STEP] = Math.max(0, firstStep - 1);
  }

  /**
   * Takes in one record as the monitor just did.
   * @param time milliseconds since the epoch
   * @param events the monitor's for this record; the evidence's own are added, and hints to all
   */
  observe(
    step: number,
    time: number,
    values: Readonly<Record<string, number>>,
    plan: MonitorPlan,
    settings: MonitorSettings,
    events: MonitorEvent[],
  ): void {
    const { state } = this;
    state[COUNT]!++;
    this.roles.read(values);
    if (state[ATTEMPT] === 0) state[ATTEMPT] = 1;
    const moved = step - state[STEP]!;
    if (moved > 0) {
      const interval = state[INTERVAL]!;
      state[INTERVAL] = interval === 0 ? moved : interval + (Math.min(moved, 4 * interval) - interval) / 16;
      state[STEP] = step;
    }
    const fromMonitor = events.length;
    for (const event of events) this.hold(event);
    const look: Look = { step, attempt: state[ATTEMPT]!, settings, events };
    this.take(step, plan, look);
    if (moved > 0) this.takePace(time, look);
    for (let i = 0; i < events.length; i++) {
      const event = events[i]!;
      if (i < fromMonitor || event.kind === 'noisier') event.evidence.push(...this.hintsFor(event));
    }
  }

  private take(step: number, plan: MonitorPlan, look: Look): void {
    const { state, roles } = this;
    if (step === state[STEP]) this.takeBatch(step, plan);
    const loss = roles.value(LOSS);
    if (loss > 0 && loss < Infinity) {
      const y = Math.log(loss);
      this.gap.train(y);
      this.noise.push(roles.name(LOSS)!, y, state[HELD]! > 0, look);
    } else if (roles.has(LOSS) && !Number.isFinite(loss)) state[BAD] = step;
    const rate = roles.value(RATE);
    if (rate >= 0) this.rate.push(rate, step, (at) => plannedRate(plan.schedule, at, plan.plannedSteps));
    if (roles.has(GRADIENT)) this.gradient.push(roles.value(GRADIENT), step, state[INTERVAL]!);
    const validation = roles.value(VALIDATION);
    const held = state[HELD_VALIDATION]! + state[HELD_WORSE]! > 0;
    if (validation > 0 && validation < Infinity) this.gap.validate(roles.name(VALIDATION)!, validation, held, look);
  }

  /** A planned change settles the noise; one that only the log shows is a hint, and its noise is told. */
  private takeBatch(step: number, { batches }: MonitorPlan): void {
    const { state } = this;
    const planned = plannedTokens(batches, step);
    this.batch.push(this.roles.value(TOKENS), planned, step);
    if (!(planned > 0)) return;
    const before = state[BATCH_PLANNED]!;
    state[BATCH_PLANNED] = planned;
    if (before > 0 && planned !== before) this.noise.batchPlanned(planned / before);
  }

  private takePace(time: number, look: Look): void {
    const { roles } = this;
    const perToken = roles.name(THROUGHPUT) !== null;
    const logged = perToken ? 1 / roles.value(THROUGHPUT) : roles.value(STEP_TIME);
    this.pace.push(this.paceMetric, time, logged, perToken, roles.value(TOKENS), look);
  }

  private get paceMetric(): string {
    return this.roles.name(THROUGHPUT) ?? this.roles.name(STEP_TIME) ?? BY_THE_CLOCK;
  }

  /** While a loss is off its curve the evidence beside it is told as part of that. */
  private hold({ type, metric, kind, side }: MonitorEvent): void {
    if (kind === 'non-finite' || type === 'updated') return;
    const change = type === 'opened' ? 1 : -1;
    if (metric === this.roles.name(VALIDATION)) this.count(HELD_VALIDATION, change);
    if (metric !== this.roles.name(LOSS)) return;
    this.count(HELD, change);
    if (side === 'worse') this.count(HELD_WORSE, change);
  }

  private count(at: number, change: number): void {
    this.state[at] = Math.max(0, this.state[at]! + change);
  }

  /** First step at which the logged learning rate was found to differ from the planned one; 0 where it never did. */
  get contradictedSince(): number {
    return this.rate.contradictedSince;
  }

  /** Learning rates were logged, and all were 0. */
  get zeroRates(): boolean {
    return this.rate.zeros;
  }

  /** The run ended: what is open is resolved as it stands. @param events the monitor's; the evidence's own are added */
  end(settings: MonitorSettings, events: MonitorEvent[]): MonitorEvent[] {
    for (const event of events) event.evidence.push(...this.hintsFor(event));
    const look: Look = { step: this.state[STEP]!, attempt: this.state[ATTEMPT]!, settings, events };
    this.noise.end(this.roles.name(LOSS) ?? '', look);
    this.pace.end(this.paceMetric, this.roles.name(THROUGHPUT) !== null, look);
    this.gap.end(this.roles.name(VALIDATION) ?? '', look);
    return events;
  }

  /** What else happened around the onset of a deviation, as sentences. */
  private hintsFor({ metric, side, kind, startedAtStep: onset, openedAtStep: found }: MonitorEvent): string[] {
    const { state } = this;
    const near = NEAR * Math.max(1, state[INTERVAL]!);
    const said: (string | null)[] = [];
    const restarted = state[RESTARTED]!;
    if (state[ATTEMPT]! > 1 && restarted >= onset - near && restarted <= onset + near)
      said.push(
        `attempt ${state[ATTEMPT]} went on from step ${restarted}, after the one before had reached ${state[LEFT]}`,
      );
    said.push(...this.rate.hints(onset, near), this.batch.hint(onset, near), this.gradient.hint(onset, found, near));
    if (state[BAD]! > 0 && Math.abs(state[BAD]! - onset) <= near && kind !== 'non-finite')
      said.push(`the loss was no number at step ${state[BAD]}`);
    const times = this.pace.ratio;
    if (times > PACE_CHANGED || times < 1 / PACE_CHANGED)
      said.push(`a step's work takes ${times.toPrecision(2)} times as long as usual`);
    if (kind !== 'noisier' && this.noise.ratio > 1.5)
      said.push(`neighbouring values lie ${this.noise.ratio.toPrecision(2)} times as far apart as before`);
    if (metric === this.roles.name(LOSS) && side === 'better') said.push(this.gap.hint);
    return said.filter((text) => text !== null);
  }
}
