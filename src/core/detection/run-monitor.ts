// Watches one run: routes its records to the judges of its metrics, keeps its place in training, snapshots to bytes.
import { MONITOR_VERSION } from './budget.js';
import { JUDGE_SIZE, MetricJudge } from './metric-judge.js';
import type {
  MonitorBandKnot,
  MonitorEvent,
  MonitorPlan,
  MonitorPoint,
  MonitorSettings,
  Standing,
} from './monitor-types.js';
import { decodeState, encodeState } from './snapshot.js';
import { POSITION_SIZE, TrainingPosition } from './training-position.js';

/** Judged unless a run's `watch` says otherwise; trainers' other names for the same. */
const JUDGED = new Set(['loss', 'val_loss', 'train/loss', 'train_loss', 'eval_loss']);
const RATES = ['lr', 'learning_rate', 'train/lr', 'train/learning_rate'];

const RUN_SIZE = 8;
const ATTEMPT = 0;
const ATTEMPT_STEP = 1;
const KNOT_AT = 2;

interface Head {
  version: number;
  settings: MonitorSettings;
  plan: MonitorPlan;
  metrics: string[];
  knots: MonitorBandKnot[];
}

const NO_PLAN: MonitorPlan = {
  schedule: null,
  plannedSteps: null,
  plannedTokens: null,
  tokensPerStep: null,
  watch: null,
  dataOrder: null,
};

/**
 * The monitor of one run. Deterministic: the same calls give the same events, and a monitor restored from a snapshot goes
 * on as the one it was taken from. Time and input/output stay outside.
 */
export class RunMonitor {
  private readonly state = new Float64Array(RUN_SIZE + POSITION_SIZE);
  private readonly position = new TrainingPosition(this.state, RUN_SIZE);
  private readonly judges = new Map<string, MetricJudge>();
  private judged: ReadonlySet<string> = JUDGED;
  private current: MonitorPlan = NO_PLAN;
  private knots: MonitorBandKnot[] = [];

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

  /** The job restarted from a checkpoint: the next step may lie before the newest. */
  beginAttempt(attempt: number, firstStep: number): void {
    this.state[ATTEMPT] = attempt;
    this.state[ATTEMPT_STEP] = firstStep;
    this.position.rewind(firstStep);
  }

  observe({ step, values }: MonitorPoint): MonitorEvent[] {
    const events: MonitorEvent[] = [];
    if (this.state[ATTEMPT] === 0) this.state[ATTEMPT] = 1;
    this.position.advance(step, rateOf(values), this.current.schedule, this.current.plannedSteps);
    for (const name in values) {
      if (!this.judged.has(name)) continue;
      this.judgeOf(name).push(values[name]!, this.position, this.state, this.state[ATTEMPT], this.settings, events);
    }
    if (step >= this.state[KNOT_AT]!) this.tieKnots(step);
    return events;
  }

  /** The run ended: what is open is resolved. */
  end(): MonitorEvent[] {
    const events: MonitorEvent[] = [];
    for (const judge of this.judges.values()) judge.end(this.position, events);
    return events;
  }

  standing(metric: string): Standing | null {
    return this.judges.get(metric)?.standing() ?? null;
  }

  /** Metrics judged so far. */
  get metrics(): string[] {
    return [...this.judges.keys()];
  }

  /** The band at log-spaced steps since the last call, for drawing what was predicted. */
  drainBandKnots(): MonitorBandKnot[] {
    const drained = this.knots;
    this.knots = [];
    return drained;
  }

  snapshot(): Uint8Array {
    const head: Head = {
      version: MONITOR_VERSION,
      settings: this.settings,
      plan: this.current,
      metrics: [...this.judges.keys()],
      knots: this.knots,
    };
    return encodeState(head, [this.state, ...[...this.judges.values()].map((judge) => judge.state)]);
  }

  /** @throws Error where the bytes are no snapshot of this version. */
  static restore(bytes: Uint8Array): RunMonitor {
    const { head, arrays } = decodeState<Head>(bytes, (h) => [
      RUN_SIZE + POSITION_SIZE,
      ...h.metrics.map(() => JUDGE_SIZE),
    ]);
    const monitor = new RunMonitor(head.settings);
    monitor.plan(head.plan);
    monitor.knots = head.knots;
    monitor.state.set(arrays[0]!);
    head.metrics.forEach((name, i) => monitor.judges.set(name, new MetricJudge(name, arrays[i + 1]!)));
    return monitor;
  }

  private judgeOf(name: string): MetricJudge {
    let judge = this.judges.get(name);
    if (!judge) this.judges.set(name, (judge = new MetricJudge(name, new Float64Array(JUDGE_SIZE))));
    return judge;
  }

  private tieKnots(step: number): void {
    this.state[KNOT_AT] = Math.max(step + 1, Math.ceil(step * 1.02));
    for (const [metric, judge] of this.judges) {
      const standing = judge.standing();
      if (standing === null || standing.step !== step || standing.expected === null) continue;
      this.knots.push({ metric, step, expected: standing.expected, lower: standing.lower!, upper: standing.upper! });
    }
  }
}

function rateOf(values: Readonly<Record<string, number>>): number {
  for (const name of RATES) {
    const rate = values[name];
    if (rate !== undefined) return rate;
  }
  return NaN;
}
